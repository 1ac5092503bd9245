package network.dchat.ledger.light;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import network.dchat.identity.Octets;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Verified;
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedHeader;
import org.jspecify.annotations.Nullable;

/// Reads signed headers and validator sets from the JSON of CometBFT's RPC and of the test suites
/// of its family, given as a tree of maps, lists and scalars from a stranger.
///
/// A number may be text or a number; an absent value, `null` and an empty text are the same; a
/// block id's parts are called `parts` or `part_set_header`. A set's order does not matter: the
/// light client of CometBFT sorts as well. Unknown members are not looked at.
public final class CometJsonReader {
    private static final String VALIDATORS = "validators";
    private static final int MAXIMUM_TEXT = 4_096;

    private CometJsonReader() {}

    /// A signed header: itself, or the member `signed_header` of a light block or RPC answer.
    public static Verified<SignedHeader> signedHeader(@Nullable Object tree) {
        return reading(() -> {
            Map<?, ?> whole = object("signed header", result(tree));
            Map<?, ?> signed = whole.get("signed_header") == null
                    ? whole
                    : object("signed_header", whole.get("signed_header"));
            return Verified.accepted(SignedHeader.newBuilder()
                    .setHeader(header(object("header", signed.get("header"))))
                    .setCommit(commit(object("commit", signed.get("commit")))).build());
        });
    }

    /// A validator set: the object with the member `validators`, such as the RPC's answer, or the
    /// list itself. Empty when it has no members, as no chain has but test suites do.
    public static Verified<Optional<ValidatorSet>> validatorSet(@Nullable Object tree) {
        return reading(() -> {
            Object found = result(tree);
            List<?> list = list(VALIDATORS,
                    found instanceof Map<?, ?> map ? map.get(VALIDATORS) : found);
            if (list.size() > LedgerLimits.MAXIMUM_VALIDATORS) {
                throw new Malformed("validators: " + list.size() + " (expected: up to "
                        + LedgerLimits.MAXIMUM_VALIDATORS + ")");
            }
            if (list.isEmpty()) {
                return Verified.accepted(Optional.empty());
            }
            List<Validator> validators = new ArrayList<>(list.size());
            for (Object each : list) {
                validators.add(validator(object("validator", each)));
            }
            try {
                return Verified.accepted(Optional.of(ValidatorSet.of(validators)));
            } catch (IllegalArgumentException broken) {
                throw new Malformed(String.valueOf(broken.getMessage()));
            }
        });
    }

    /// A time in RFC 3339 with up to nanoseconds; empty when it is none or outside year 1 to 9999.
    public static Optional<Instant> time(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            long seconds = time.getEpochSecond();
            return seconds < -62_135_596_800L || seconds > 253_402_300_799L
                    ? Optional.empty()
                    : Optional.of(time);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Header header(Map<?, ?> tree) {
        Map<?, ?> version = object("version", tree.get("version"));
        Header.Builder header = Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(number(version, "block"))
                        .setApp(number(version, "app")))
                .setChainId(text(tree, "chain_id")).setHeight(number(tree, "height"))
                .setLastBlockId(blockId(tree.get("last_block_id")))
                .setLastCommitHash(hex(tree, "last_commit_hash"))
                .setDataHash(hex(tree, "data_hash")).setValidatorsHash(hex(tree, "validators_hash"))
                .setNextValidatorsHash(hex(tree, "next_validators_hash"))
                .setConsensusHash(hex(tree, "consensus_hash")).setAppHash(hex(tree, "app_hash"))
                .setLastResultsHash(hex(tree, "last_results_hash"))
                .setEvidenceHash(hex(tree, "evidence_hash"))
                .setProposerAddress(hex(tree, "proposer_address"));
        timestamp(tree, "time").ifPresent(header::setTime);
        return header.build();
    }

    private static Commit commit(Map<?, ?> tree) {
        List<?> entries = tree.get("signatures") == null
                ? List.of()
                : list("signatures", tree.get("signatures"));
        if (entries.size() > LedgerLimits.MAXIMUM_VALIDATORS) {
            throw new Malformed("signatures: " + entries.size() + " (expected: up to "
                    + LedgerLimits.MAXIMUM_VALIDATORS + ")");
        }
        Commit.Builder commit = Commit.newBuilder().setHeight(number(tree, "height"))
                .setRound(small(tree, "round")).setBlockId(blockId(tree.get("block_id")));
        for (Object each : entries) {
            Map<?, ?> entry = object("signature", each);
            CommitSig.Builder signature = CommitSig.newBuilder()
                    .setBlockIdFlagValue(small(entry, "block_id_flag"))
                    .setValidatorAddress(hex(entry, "validator_address"))
                    .setSignature(base64(entry, "signature"));
            timestamp(entry, "timestamp").ifPresent(signature::setTimestamp);
            commit.addSignatures(signature);
        }
        return commit.build();
    }

    private static BlockId blockId(@Nullable Object tree) {
        if (tree == null) {
            return BlockId.getDefaultInstance();
        }
        Map<?, ?> id = object("block id", tree);
        BlockId.Builder result = BlockId.newBuilder().setHash(hex(id, "hash"));
        Object parts = id.get("parts") == null ? id.get("part_set_header") : id.get("parts");
        if (parts != null) {
            Map<?, ?> header = object("parts", parts);
            long total = number(header, "total");
            if (total < 0 || total > 0xffff_ffffL) {
                throw new Malformed("parts total: " + total + " (expected: 0 to 2^32 - 1)");
            }
            result.setPartSetHeader(
                    PartSetHeader.newBuilder().setTotal((int) total).setHash(hex(header, "hash")));
        }
        return result.build();
    }

    private static Validator validator(Map<?, ?> tree) {
        Map<?, ?> key = object("pub_key", tree.get("pub_key"));
        String type = text(key, "type");
        if (!type.equals(CometJsonWriter.ED25519)) {
            throw new Malformed(
                    "pub_key type: " + cut(type) + " (expected: " + CometJsonWriter.ED25519 + ")");
        }
        PublicKey parsed = PublicKey.parse(base64(key, "value"))
                .orElseThrow(() -> new Malformed("pub_key: not an Ed25519 key"));
        long power = number(tree, tree.get("voting_power") == null ? "power" : "voting_power");
        if (power < 1 || power > LedgerLimits.MAXIMUM_TOTAL_POWER) {
            throw new Malformed("voting_power: " + power + " (expected: 1 to "
                    + LedgerLimits.MAXIMUM_TOTAL_POWER + ")");
        }
        Validator validator = new Validator(parsed, power);
        ByteString address = hex(tree, "address");
        if (!address.isEmpty() && !address.equals(validator.address().bytes())) {
            throw new Malformed("validator address: not that of its key");
        }
        return validator;
    }

    /// The answer inside a JSON-RPC envelope; the tree itself when there is none.
    private static @Nullable Object result(@Nullable Object tree) {
        return tree instanceof Map<?, ?> map && map.get("result") != null
                ? map.get("result")
                : tree;
    }

    private static Map<?, ?> object(String name, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new Malformed(name + ": missing or no object");
    }

    private static List<?> list(String name, @Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new Malformed(name + ": missing or no list");
    }

    private static String text(Map<?, ?> tree, String name) {
        Object value = tree.get(name);
        if (value == null) {
            return "";
        }
        if (value instanceof String text && text.length() <= MAXIMUM_TEXT) {
            return text;
        }
        throw new Malformed(name + ": no text of up to " + MAXIMUM_TEXT + " characters");
    }

    private static long number(Map<?, ?> tree, String name) {
        Object value = tree.get(name);
        try {
            return switch (value) {
                case null -> 0;
                case String text when text.isEmpty() -> 0;
                case String text when text.length() <= MAXIMUM_TEXT -> Long.parseLong(text);
                case Integer number -> number;
                case Long number -> number;
                case BigInteger number -> number.longValueExact();
                case BigDecimal number -> number.longValueExact();
                default -> throw new Malformed(name + ": no whole number");
            };
        } catch (NumberFormatException | ArithmeticException _) {
            throw new Malformed(name + ": no whole number of 64 bits");
        }
    }

    private static int small(Map<?, ?> tree, String name) {
        long value = number(tree, name);
        if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
            throw new Malformed(name + ": " + value + " (expected: a number of 32 bits)");
        }
        return (int) value;
    }

    private static ByteString hex(Map<?, ?> tree, String name) {
        return Octets.parseHex(text(tree, name))
                .orElseThrow(() -> new Malformed(name + ": no hex digits"));
    }

    private static ByteString base64(Map<?, ?> tree, String name) {
        try {
            return ByteString.copyFrom(Base64.getDecoder().decode(text(tree, name)));
        } catch (IllegalArgumentException _) {
            throw new Malformed(name + ": no base64");
        }
    }

    private static Optional<Timestamp> timestamp(Map<?, ?> tree, String name) {
        String text = text(tree, name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Instant time = time(text).orElseThrow(() -> new Malformed(
                name + ": " + cut(text) + " (expected: RFC 3339, year 1 to 9999)"));
        return Optional.of(Timestamp.newBuilder().setSeconds(time.getEpochSecond())
                .setNanos(time.getNano()).build());
    }

    private static String cut(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    private static <T> Verified<T> reading(Supplier<Verified<T>> work) {
        try {
            return work.get();
        } catch (Malformed broken) {
            return Verified.rejected(RejectionCode.MALFORMED, broken.reason);
        }
    }

    /// Ends the reading; never leaves this class.
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        Malformed(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
