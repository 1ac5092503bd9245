package network.dchat.ledger.light;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.ValidatorSet;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.SignedHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CometJsonTest {
    private final LightChain chain = LightChain.rolling(4);
    private final LightBlock block = chain.block(3);

    @Test
    void readsWhatItWrites() {
        Map<String, @Nullable Object> tree = CometJsonWriter.lightBlock(block);
        assertThat(CometJsonReader.signedHeader(tree).orElseThrow())
                .isEqualTo(block.getSignedHeader());
        assertThat(CometJsonReader.signedHeader(tree.get("signed_header")).orElseThrow())
                .isEqualTo(block.getSignedHeader());
        assertThat(CometJsonReader.validatorSet(tree.get("validator_set")).orElseThrow())
                .hasValue(chain.set(3));
        Map<String, @Nullable Object> envelope = new LinkedHashMap<>();
        envelope.put("jsonrpc", "2.0");
        envelope.put("result", tree);
        assertThat(CometJsonReader.signedHeader(envelope).orElseThrow())
                .isEqualTo(block.getSignedHeader());
    }

    @Test
    void writesTheFormsOfCometBft() {
        SignedHeader.Builder signed = block.getSignedHeader().toBuilder();
        signed.getCommitBuilder().setSignatures(0, LightChain.absent());
        String text = CometJsonWriter.signedHeader(signed.build()).toString();
        assertThat(text).contains("version={block=11, app=1}", "height=3,",
                "time=2027-01-15T08:03:00.123456789Z", "parts={total=1, hash=",
                "{block_id_flag=1, validator_address=, timestamp=0001-01-01T00:00:00Z, "
                        + "signature=null}");
        assertThat(CometJsonReader.signedHeader(CometJsonWriter.signedHeader(signed.build()))
                .orElseThrow().getCommit().getSignatures(0).getSignature()).isEmpty();
        assertThat(CometJsonWriter.time(Instant.parse("2027-01-15T08:00:00.120Z")))
                .isEqualTo("2027-01-15T08:00:00.12Z");
        assertThat(CometJsonWriter.time(Instant.parse("2027-01-15T08:00:00Z")))
                .isEqualTo("2027-01-15T08:00:00Z");
        assertThat(CometJsonWriter.block(Block.newBuilder().setHeader(chain.header(3))
                .setData(BlockData.newBuilder().addTxs(ByteString.copyFromUtf8("tx"))).build())
                .toString()).contains("data={txs=[dHg=]}", "evidence={evidence=[]}",
                        "last_commit={height=0, round=0");
    }

    @Test
    void readsTheFormsOfTestSuites() {
        Map<String, @Nullable Object> tree = copy(CometJsonWriter.lightBlock(block));
        Map<String, @Nullable Object> signed = member(tree, "signed_header");
        Map<String, @Nullable Object> header = member(signed, "header");
        header.put("last_block_id", null);
        header.put("data_hash", null);
        Map<String, @Nullable Object> id = member(member(signed, "commit"), "block_id");
        id.put("part_set_header", id.remove("parts"));
        SignedHeader read = CometJsonReader.signedHeader(tree).orElseThrow();
        assertThat(read.getHeader().hasLastBlockId() && !read.getHeader().getLastBlockId().equals(
                LightBlock.getDefaultInstance().getSignedHeader().getHeader().getLastBlockId()))
                .isFalse();
        assertThat(read.getHeader().getDataHash()).isEmpty();
        assertThat(read.getCommit()).isEqualTo(block.getSignedHeader().getCommit());
        Map<String, @Nullable Object> set = member(tree, "validator_set");
        Collections.reverse(items(set, "validators"));
        items(set, "validators").forEach(each -> strip(each));
        assertThat(CometJsonReader.validatorSet(set).orElseThrow()).hasValue(chain.set(3));
        set.put("validators", new ArrayList<>());
        assertThat(CometJsonReader.validatorSet(set).orElseThrow()).isEmpty();
    }

    @Test
    void saysWhatIsMalformed() {
        assertMalformed(null, "missing or no object");
        assertMalformed("text", "missing or no object");
        assertMalformed(Map.of(), "header: missing");
        assertHeader("height", "9223372036854775808", "height: no whole number");
        assertHeader("height", List.of(), "height: no whole number");
        assertHeader("time", "yesterday", "time: yesterday");
        assertHeader("time", "+10000-01-01T00:00:00Z", "time: ");
        assertHeader("app_hash", "xyz", "app_hash: no hex");
        assertHeader("chain_id", 7, "chain_id: no text");
        assertHeader("chain_id", "c".repeat(4_097), "chain_id: no text of up to 4096");
        assertHeader("version", null, "version: missing");
        assertThat(reason(CometJsonReader.validatorSet(Map.of()))).contains("validators: missing");
    }

    @Test
    void refusesValidatorsThatCannotBe() {
        assertValidator("voting_power", "0", "voting_power: 0");
        assertValidator("voting_power", Long.MAX_VALUE, "voting_power: ");
        assertValidator("address", "00".repeat(20), "address: not that of its key");
        assertValidator("pub_key", Map.of("type", "tendermint/PubKeySecp256k1", "value", ""),
                "pub_key type: tendermint/PubKeySecp256k1");
        assertValidator("pub_key", Map.of("type", "tendermint/PubKeyEd25519", "value", "AAAA"),
                "not an Ed25519 key");
        assertValidator("pub_key", Map.of("type", "tendermint/PubKeyEd25519", "value", "!"),
                "value: no base64");
        List<Object> many = new ArrayList<>(
                Collections.nCopies(LedgerLimits.MAXIMUM_VALIDATORS, Map.of()));
        assertThat(reason(CometJsonReader.validatorSet(many))).contains("pub_key: missing");
        many.add(Map.of());
        assertThat(reason(CometJsonReader.validatorSet(many))).contains("validators: 513");
        List<Object> twice = items(copy(CometJsonWriter.validatorSet(chain.set(3).toProto())),
                "validators");
        twice.add(twice.getFirst());
        assertThat(reason(CometJsonReader.validatorSet(twice))).contains("one twice");
    }

    /// Whatever a stranger writes is read or refused, never thrown at us.
    @Seeds(count = 500)
    void answersToAnyTree(Generator generator) {
        Object tree = spoilt(CometJsonWriter.lightBlock(block), generator);
        CometJsonReader.signedHeader(tree);
        CometJsonReader.validatorSet(tree);
        CometJsonReader
                .validatorSet(tree instanceof Map<?, ?> map ? map.get("validator_set") : tree);
    }

    private static @Nullable Object spoilt(@Nullable Object tree, Generator generator) {
        if (generator.evenly(0, 19) == 0) {
            return switch (generator.evenly(0, 7)) {
                case 0 -> null;
                case 1 -> generator.evenly(-5, 5);
                case 2 -> "-9223372036854775809";
                case 3 -> new ArrayList<>();
                case 4 -> Map.of("validators", 1.5);
                case 5 -> "9999-12-31T23:59:59.999999999-23:59";
                case 6 -> Long.MIN_VALUE;
                default -> true;
            };
        }
        return switch (tree) {
            case Map<?, ?> map -> {
                Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((name, value) -> copy.put(name, spoilt(value, generator)));
                yield copy;
            }
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(each -> copy.add(spoilt(each, generator)));
                yield copy;
            }
            case null, default -> tree;
        };
    }

    private void assertHeader(String name, @Nullable Object value, String reason) {
        Map<String, @Nullable Object> tree = copy(CometJsonWriter.lightBlock(block));
        member(member(tree, "signed_header"), "header").put(name, value);
        assertMalformed(tree, reason);
    }

    private void assertValidator(String name, Object value, String reason) {
        ValidatorSet set = chain.set(3);
        Map<String, @Nullable Object> tree = copy(CometJsonWriter.validatorSet(set.toProto()));
        strip(items(tree, "validators").getFirst()).put(name, value);
        assertThat(reason(CometJsonReader.validatorSet(tree))).contains(reason);
    }

    private static void assertMalformed(@Nullable Object tree, String reason) {
        assertThat(reason(CometJsonReader.signedHeader(tree))).contains(reason);
    }

    private static String reason(network.dchat.identity.Verified<?> verified) {
        return verified.refusal().orElseThrow().reason();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> strip(Object validator) {
        Map<String, @Nullable Object> tree = (Map<String, @Nullable Object>) validator;
        tree.put("proposer_priority", null);
        return tree;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> member(Map<String, @Nullable Object> tree,
            String name) {
        return (Map<String, @Nullable Object>) java.util.Objects.requireNonNull(tree.get(name));
    }

    @SuppressWarnings("unchecked")
    private static List<Object> items(Map<String, @Nullable Object> tree, String name) {
        return (List<Object>) java.util.Objects.requireNonNull(tree.get(name));
    }

    /// The writer's trees can be changed as they are.
    private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> tree) {
        return tree;
    }
}
