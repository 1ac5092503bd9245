package network.dchat.testnet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorSet;
import network.dchat.ledger.light.CometJsonWriter;
import network.dchat.testnet.Dchat;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.BlockVersion;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.SignedHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LightCommandTest {
    private static final Instant GENESIS = Instant.parse("2027-01-15T08:00:00Z");
    private static final String NOW = "2027-01-15T10:00:00.5+00:00";

    private final PrintStream standardOutput = System.out;
    private final PrintStream standardError = System.err;
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private final JsonMapper mapper = JsonMapper.builder().build();

    @TempDir
    private Path directory;

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(results, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(messages, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(standardOutput);
        System.setErr(standardError);
    }

    @Test
    void saysSuccessAloneOnItsLine() {
        assertThat(verify(initial(1), block(2), validators(2))).isZero();
        assertThat(results()).isEqualTo("SUCCESS\n");
        assertThat(verify(initial(1), Map.of("jsonrpc", "2.0", "result", block(4)),
                Map.of("result", validators(4)))).isZero();
    }

    @Test
    void saysWhatIsMissingForTrust() {
        assertThat(verify(initial(1), block(6), validators(6), "--json")).isEqualTo(1);
        assertThat(results()).contains("\"verdict\" : \"NOT_ENOUGH_TRUST\"",
                "0 of 40 trusted voting power signed");
        results.reset();
        Object alone = Map.of("signed_header", CometJsonWriter.signedHeader(signed(1)));
        assertThat(verify(alone, block(4), validators(4))).isEqualTo(1);
        assertThat(results()).isEqualTo("NOT_ENOUGH_TRUST\nno trusted validators are known\n");
        assertThat(verify(alone, block(4), validators(4), "--trusted-next-validators",
                save("next.json", validators(2)))).isZero();
    }

    @Test
    void saysWhyAHeaderIsInvalid() {
        assertThat(verify(initial(4), block(2), validators(2), "--json")).isEqualTo(1);
        assertThat(results()).contains("\"verdict\" : \"INVALID\"",
                "\"fault\" : \"HEIGHT_NOT_ABOVE\"", "height: 2 (expected: above 4)");
        results.reset();
        assertThat(verify(initial(1), block(2), validators(3))).isEqualTo(1);
        assertThat(results()).startsWith("INVALID\n");
        assertThat(verify(initial(1), block(2), Map.of("validators", List.of()))).isEqualTo(1);
        assertThat(results()).contains("validators: none");
        assertThat(verify(initial(1), "text", validators(2))).isEqualTo(1);
        assertThat(results()).contains("untrusted: signed header: missing or no object");
        Map<String, @Nullable Object> lying = new LinkedHashMap<>(block(2));
        lying.put("next_validator_set", validators(9));
        assertThat(verify(initial(1), lying, validators(2))).isEqualTo(1);
        assertThat(results()).contains("untrusted next_validator_set");
    }

    @Test
    void takesPeriodDriftAndLevelFromOptionsOrTheTrustedFile() {
        assertThat(verify(initial(1), block(2), validators(2), "--trusting-period", "1h"))
                .isEqualTo(1);
        assertThat(results()).contains("trusted header expired at 2027-01-15T09:01:00Z");
        Map<String, @Nullable Object> brief = new LinkedHashMap<>(initial(1));
        brief.put("trusting_period", "60000000000");
        assertThat(verify(brief, block(2), validators(2))).isEqualTo(1);
        assertThat(verify(brief, block(2), validators(2), "--trusting-period", "336h")).isZero();
        results.reset();
        assertThat(verify(initial(1), block(4), validators(4), "--trust-level", "2/3"))
                .isEqualTo(1);
        assertThat(results()).startsWith("NOT_ENOUGH_TRUST\n");
        results.reset();
        assertThat(execute(initial(1), block(2), validators(2), "--now", "2027-01-15T08:01:55Z",
                "--clock-drift", "5s")).isEqualTo(1);
        assertThat(results()).contains("(expected: before 2027-01-15T08:02:00Z)");
        assertThat(execute(initial(1), block(2), validators(2), "--now", "2027-01-15T08:01:55Z"))
                .isZero();
    }

    @Test
    void refusesWrongArguments() throws IOException {
        assertThat(Dchat.execute("light")).isEqualTo(2);
        assertThat(Dchat.execute("light", "verify")).isEqualTo(2);
        assertThat(verify(initial(1), block(2), validators(2), "--trust-level", "1/4"))
                .isEqualTo(2);
        assertThat(verify(initial(1), block(2), validators(2), "--trusting-period", "soon"))
                .isEqualTo(2);
        assertThat(verify(initial(1), block(2), validators(2), "--trusting-period", "0s"))
                .isEqualTo(2);
        assertThat(execute(initial(1), block(2), validators(2), "--now", "noon")).isEqualTo(2);
        assertThat(messages()).contains("--trust-level: 1/4", "--trusting-period: soon",
                "trusting period: PT0S", "--now: noon");
        Path large = directory.resolve("large.json");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(8 * 1024 * 1024 + 1);
        }
        assertThat(Dchat.execute("light", "verify", "--trusted", large.toString(), "--untrusted",
                large.toString())).isEqualTo(2);
        assertThat(messages()).contains("8388609 bytes (expected: at most 8388608)");
        assertThat(Dchat.execute("light", "verify", "--trusted", "none.json", "--untrusted",
                large.toString())).isEqualTo(2);
        assertThat(messages()).contains("none.json cannot be read");
    }

    @Test
    void readsDurationsAsGoWritesThem() {
        assertThat(GoDuration.parse("336h")).hasValue(Duration.ofDays(14));
        assertThat(GoDuration.parse("1h30m")).hasValue(Duration.ofMinutes(90));
        assertThat(GoDuration.parse("1.5s")).hasValue(Duration.ofMillis(1_500));
        assertThat(GoDuration.parse("250ms")).hasValue(Duration.ofMillis(250));
        assertThat(GoDuration.parse("1400000000000")).hasValue(Duration.ofSeconds(1_400));
        for (String bad : List.of("", "h", "-1s", "1 s", "1d", "9".repeat(60) + "h",
                "1".repeat(65))) {
            assertThat(GoDuration.parse(bad)).as(bad).isEmpty();
        }
    }

    /// Suites of the form {initial, input: [{block, now, verdict}]}, where there are any.
    @Test
    void givesTheVerdictsOfPublicSuites() throws IOException {
        List<Path> suites = suites();
        assumeFalse(suites.isEmpty(), "no light-client suites beside the sources");
        for (Path suite : suites) {
            JsonNode whole = mapper.readTree(Files.readString(suite));
            JsonNode trusted = whole.get("initial");
            for (JsonNode input : whole.get("input")) {
                results.reset();
                JsonNode block = input.get("block");
                execute(trusted, block, block.get("validator_set"), "--now",
                        input.get("now").asString(), "--trusting-period",
                        whole.at("/initial/trusting_period").asString());
                assertThat(results().lines().findFirst()).as(suite + ": " + results())
                        .hasValue(input.get("verdict").asString());
                trusted = results().startsWith("SUCCESS") ? block : trusted;
            }
        }
    }

    private List<Path> suites() throws IOException {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path vectors = at.resolveSibling("shared").resolve("vectors");
            if (Files.isDirectory(vectors)) {
                try (Stream<Path> files = Files.walk(vectors)) {
                    return files.filter(file -> file.toString().endsWith(".json"))
                            .filter(this::isSuite).sorted().toList();
                }
            }
        }
        return List.of();
    }

    private boolean isSuite(Path file) {
        JsonNode whole = mapper.readTree(file.toFile());
        return whole.at("/initial/signed_header").isObject()
                && whole.at("/input/0/verdict").isString();
    }

    private int verify(Object trusted, Object untrusted, Object validators, String... more) {
        return execute(trusted, untrusted, validators,
                Stream.concat(Stream.of("--now", NOW), Stream.of(more)).toArray(String[]::new));
    }

    private int execute(Object trusted, Object untrusted, Object validators, String... more) {
        return Dchat.execute(Stream
                .concat(Stream.of("light", "verify", "--trusted", save("trusted.json", trusted),
                        "--untrusted", save("untrusted.json", untrusted), "--validators",
                        save("validators.json", validators)), Stream.of(more))
                .toArray(String[]::new));
    }

    private String save(String name, Object tree) {
        Path file = directory.resolve(name);
        mapper.writeValue(file.toFile(), tree);
        return file.toString();
    }

    /// Trust in a height, in the form of the suites.
    private static Map<String, @Nullable Object> initial(long height) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("signed_header", CometJsonWriter.signedHeader(signed(height)));
        tree.put("next_validator_set", validators(height + 1));
        return tree;
    }

    private static Map<String, @Nullable Object> block(long height) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("signed_header", CometJsonWriter.signedHeader(signed(height)));
        return tree;
    }

    private static Map<String, @Nullable Object> validators(long height) {
        return CometJsonWriter.validatorSet(set(height).toProto());
    }

    /// Four validators; each height one leaves and another comes.
    private static ValidatorSet set(long height) {
        return ValidatorSet.of(Stream.iterate(height, member -> member + 1).limit(4)
                .map(member -> new Validator(key(member).publicKey(), 10)).toList());
    }

    private static SigningKey key(long member) {
        return SigningKey.fromSeed(Sha256.of(ByteString.copyFromUtf8("light " + member)).bytes());
    }

    private static SignedHeader signed(long height) {
        ValidatorSet set = set(height);
        Header header = Header.newBuilder()
                .setVersion(BlockVersion.newBuilder().setBlock(Blocks.BLOCK_VERSION))
                .setChainId("light").setHeight(height)
                .setTime(Timestamp.newBuilder().setSeconds(GENESIS.getEpochSecond() + 60 * height))
                .setValidatorsHash(set.hash().bytes())
                .setNextValidatorsHash(set(height + 1).hash().bytes())
                .setProposerAddress(set.address(0).bytes()).build();
        Commit.Builder commit = Commit.newBuilder().setHeight(height)
                .setBlockId(BlockId.newBuilder().setHash(Blocks.headerHash(header).bytes())
                        .setPartSetHeader(PartSetHeader.newBuilder().setTotal(1)
                                .setHash(Blocks.headerHash(header).bytes())));
        for (int index = 0; index < set.size(); index++) {
            commit.addSignatures(
                    CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                            .setValidatorAddress(set.address(index).bytes())
                            .setTimestamp(header.getTime()));
        }
        for (int index = 0; index < set.size(); index++) {
            ByteString bytes = CanonicalBytes.voteSignBytes("light",
                    CommitVerifier.vote(commit.build(), index));
            for (long member = height; member < height + 4; member++) {
                if (key(member).publicKey().equals(set.get(index).key())) {
                    commit.getSignaturesBuilder(index)
                            .setSignature(key(member).sign(bytes).bytes());
                }
            }
        }
        return SignedHeader.newBuilder().setHeader(header).setCommit(commit).build();
    }

    private String results() {
        return results.toString(StandardCharsets.UTF_8);
    }

    private String messages() {
        return messages.toString(StandardCharsets.UTF_8);
    }
}
