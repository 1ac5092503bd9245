package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.ValidatorSet;
import network.dchat.ledger.light.CometJsonReader;
import network.dchat.ledger.light.LightSettings;
import network.dchat.ledger.light.LightVerdict;
import network.dchat.ledger.light.LightVerifier;
import network.dchat.ledger.light.TrustLevel;
import network.dchat.ledger.light.TrustedBlock;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.SignedHeader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// `dchat light`: what a light client does.
@Command(name = "light", description = "Verifies headers as a light client does.",
        mixinStandardHelpOptions = true, subcommands = LightCommand.Verify.class)
public final class LightCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "Which command? Try 'dchat light verify'.");
        }
    }

    /// `dchat light verify`: one header against a trusted one. The verdict stands alone on the
    /// first line, its reason on the second.
    @Command(name = "verify", mixinStandardHelpOptions = true,
            description = "Verifies a header against a trusted one: SUCCESS, NOT_ENOUGH_TRUST or"
                    + " INVALID. Files hold the JSON of CometBFT's RPC.")
    static final class Verify implements Callable<Integer> {
        private static final long MAX_FILE_BYTES = 8L * 1024 * 1024;
        private static final String SET = "validator_set";
        private static final String NEXT_SET = "next_validator_set";

        @Option(names = "--trusted", required = true, paramLabel = "FILE",
                description = "signed_header that is trusted; beside it may stand"
                        + " next_validator_set, validator_set and trusting_period (nanoseconds)")
        private Path trusted = Path.of("");

        @Option(names = "--untrusted", required = true, paramLabel = "FILE",
                description = "signed_header to verify; beside it may stand validator_set and"
                        + " next_validator_set")
        private Path untrusted = Path.of("");

        @Option(names = "--validators", paramLabel = "FILE",
                description = "validators of the untrusted header"
                        + " (default: the validator_set beside it)")
        private @Nullable Path validators;

        @Option(names = "--trusted-next-validators", paramLabel = "FILE",
                description = "validators of the height after the trusted one"
                        + " (default: the next_validator_set beside it)")
        private @Nullable Path trustedNextValidators;

        @Option(names = "--now", paramLabel = "TIME", description = "RFC 3339 (default: the clock)")
        private @Nullable String now;

        @Option(names = "--trusting-period", paramLabel = "DURATION",
                description = "how long a header may be built on, such as 336h"
                        + " (default: that of the trusted file, else 336h)")
        private @Nullable String trustingPeriod;

        @Option(names = "--trust-level", defaultValue = "1/3", paramLabel = "FRACTION",
                description = "trusted power of which more must have signed, 1/3 to 1/1"
                        + " (default: ${DEFAULT-VALUE})")
        private String trustLevel = "";

        @Option(names = "--clock-drift", defaultValue = "10s", paramLabel = "DURATION",
                description = "how far a header may be ahead of the clock"
                        + " (default: ${DEFAULT-VALUE})")
        private String clockDrift = "";

        @Option(names = "--json", description = "result as JSON")
        private boolean json;

        private final JsonMapper mapper = JsonMapper.builder(
                JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
                .build();

        @Override
        public Integer call() {
            String trustedText = text("--trusted", trusted);
            String untrustedText = text("--untrusted", untrusted);
            Optional<String> validatorsText = Optional.ofNullable(validators)
                    .map(file -> text("--validators", file));
            Optional<String> nextText = Optional.ofNullable(trustedNextValidators)
                    .map(file -> text("--trusted-next-validators", file));
            Instant at = now == null
                    ? Clock.systemUTC().instant()
                    : CometJsonReader.time(now)
                            .orElseThrow(() -> usage("--now: " + now + " (expected: RFC 3339)"));
            LightVerdict verdict;
            try {
                Object known = tree("trusted", trustedText);
                Object candidate = tree("untrusted", untrustedText);
                Optional<ValidatorSet> set = set("validators",
                        validatorsText.map(text -> tree("validators", text))
                                .or(() -> member(candidate, SET)))
                        .orElseThrow(() -> usage("--validators: missing, and no validator_set"
                                + " beside the untrusted header"))
                        .set();
                verdict = verify(settings(known), trustedBlock(known, nextText, set), candidate,
                        set, at);
            } catch (Malformed malformed) {
                verdict = malformed.verdict();
            }
            return show(verdict);
        }

        private static LightVerdict verify(LightSettings settings, TrustedBlock known,
                Object candidate, Optional<ValidatorSet> set, Instant at) {
            SignedHeader signed = accepted("untrusted", CometJsonReader.signedHeader(candidate));
            if (set.isEmpty()) {
                throw new Malformed("validators: none");
            }
            set("untrusted " + NEXT_SET, member(candidate, NEXT_SET)).ifPresent(next -> {
                if (!signed.getHeader().getNextValidatorsHash().equals(next.set()
                        .map(ValidatorSet::hash).orElse(MerkleTree.root(List.of())).bytes())) {
                    throw new Malformed("untrusted next_validator_set: not what its header names");
                }
            });
            return new LightVerifier(settings).verify(known, signed, set.get(), at);
        }

        private TrustedBlock trustedBlock(Object known, Optional<String> nextText,
                Optional<ValidatorSet> candidates) {
            SignedHeader signed = accepted("trusted", CometJsonReader.signedHeader(known));
            Optional<Members> given = set("trusted validators",
                    nextText.map(text -> tree("trusted validators", text))
                            .or(() -> member(known, NEXT_SET)).or(() -> member(known, SET)));
            return new TrustedBlock(signed, given.map(Members::set)
                    .orElseGet(() -> candidates.filter(set -> isNamed(signed.getHeader(), set))));
        }

        private static boolean isNamed(Header header, ValidatorSet set) {
            return header.getNextValidatorsHash().equals(set.hash().bytes())
                    || header.getValidatorsHash().equals(set.hash().bytes());
        }

        private LightSettings settings(Object known) {
            Duration period = trustingPeriod == null
                    ? member(known, "trusting_period")
                            .map(value -> duration("trusting_period", value.toString()))
                            .orElse(LightSettings.DEFAULT.trustingPeriod())
                    : duration("--trusting-period", trustingPeriod);
            TrustLevel level = TrustLevel.parse(trustLevel).orElseThrow(
                    () -> usage("--trust-level: " + trustLevel + " (expected: 1/3 to 1/1)"));
            try {
                return new LightSettings(period, level, duration("--clock-drift", clockDrift),
                        LightSettings.DEFAULT.maximumBlocks());
            } catch (IllegalArgumentException e) {
                throw usage(Console.reason(e));
            }
        }

        private int show(LightVerdict verdict) {
            if (json) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("verdict", verdict.name());
                result.put("reason", verdict.reason());
                if (verdict instanceof LightVerdict.Invalid(LightVerdict.Fault fault, String _)) {
                    result.put("fault", fault.name());
                }
                Console.json(result);
            } else {
                Console.result(verdict.name());
                if (!verdict.reason().isEmpty()) {
                    Console.result(verdict.reason());
                }
            }
            return verdict instanceof LightVerdict.Success
                    ? ExitCode.OK.number()
                    : ExitCode.FAILED.number();
        }

        /// A member of the tree or of the answer in it.
        private static Optional<Object> member(Object tree, String name) {
            Object whole = tree instanceof Map<?, ?> map && map.get("result") != null
                    ? map.get("result")
                    : tree;
            return whole instanceof Map<?, ?> map
                    ? Optional.ofNullable(map.get(name))
                    : Optional.empty();
        }

        private static Optional<Members> set(String name, Optional<Object> tree) {
            return tree
                    .map(found -> new Members(accepted(name, CometJsonReader.validatorSet(found))));
        }

        private static <T> T accepted(String name, Verified<T> read) {
            return switch (read) {
                case Verified.Accepted<T>(T value) -> value;
                case Verified.Rejected<T>(Rejection rejection) ->
                    throw new Malformed(name + ": " + rejection.reason());
            };
        }

        private Object tree(String name, String text) {
            try {
                return Optional.<Object>ofNullable(mapper.readValue(text, Object.class))
                        .orElseThrow(() -> new Malformed(name + ": null"));
            } catch (JacksonException e) {
                throw new Malformed(name + ": no JSON: " + e.getOriginalMessage());
            }
        }

        private static String text(String option, Path file) {
            try {
                long size = Files.size(file);
                if (size > MAX_FILE_BYTES) {
                    throw usage(option + ": " + file + ": " + size + " bytes (expected: at most "
                            + MAX_FILE_BYTES + ")");
                }
                return Files.readString(file);
            } catch (IOException e) {
                throw usage(option + ": " + file + " cannot be read: " + Console.reason(e));
            }
        }

        private static Duration duration(String name, String text) {
            return GoDuration.parse(text).orElseThrow(() -> usage(
                    name + ": " + text + " (expected: a duration such as 336h or 10s)"));
        }

        private static ExitCode.Failure usage(String message) {
            return new ExitCode.Failure(ExitCode.USAGE, message);
        }
    }

    /// A validator set that was given; it may be the empty one, which no chain has.
    private record Members(Optional<ValidatorSet> set) {}

    /// A file from a stranger that holds nothing to verify.
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String reason) {
            super(reason);
        }

        LightVerdict verdict() {
            return new LightVerdict.Invalid(LightVerdict.Fault.MALFORMED, Console.reason(this));
        }
    }
}
