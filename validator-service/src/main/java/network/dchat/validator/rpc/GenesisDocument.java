package network.dchat.validator.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.ledger.light.CometJsonWriter;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.PublicKeyProto;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The genesis as CometBFT describes one; the whole of ours is its application state.
final class GenesisDocument {
    private static final long DEFAULT_EVIDENCE_BLOCKS = 100_000;
    private static final int EVIDENCE_BYTES = 32 * 1024;

    private final Map<String, @Nullable Object> answer;

    GenesisDocument(Genesis genesis, String chainId) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("genesis_time",
                CometJsonWriter.time(Instant.ofEpochMilli(genesis.getGenesisTimeMillis())));
        tree.put("chain_id", chainId);
        tree.put("initial_height", "1");
        tree.put("consensus_params", parameters(genesis));
        tree.put("validators", validators(genesis));
        tree.put("app_hash", CometJsonWriter.hex(ChainState.genesis(genesis).root().bytes()));
        tree.put("app_state", state(genesis));
        this.answer = Map.of("genesis", tree);
    }

    /// What `/genesis` answers.
    Map<String, @Nullable Object> answer() {
        return answer;
    }

    private static Map<String, @Nullable Object> parameters(Genesis genesis) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("block", Map.of("max_bytes",
                Long.toString(genesis.getParameters().getMaxBlockBytes()), "max_gas", "-1"));
        tree.put("evidence", evidence(genesis));
        tree.put("validator", Map.of("pub_key_types", List.of("ed25519")));
        tree.put("version", Map.of("app", Long.toString(Blocks.APP_VERSION)));
        tree.put("abci", Map.of("vote_extensions_enable_height", "0"));
        return tree;
    }

    /// CometBFT calls evidence too old when both ages are exceeded; here blocks alone count, so the
    /// duration is the least that its rules admit.
    private static Map<String, @Nullable Object> evidence(Genesis genesis) {
        long blocks = genesis.getParameters().getEvidenceMaxAgeBlocks();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("max_age_num_blocks",
                Long.toString(blocks == 0 ? DEFAULT_EVIDENCE_BLOCKS : blocks));
        tree.put("max_age_duration", "1");
        tree.put("max_bytes", Integer.toString(EVIDENCE_BYTES));
        return tree;
    }

    private static List<Object> validators(Genesis genesis) {
        List<Object> validators = new ArrayList<>();
        for (GenesisValidator each : genesis.getValidatorsList()) {
            Map<String, @Nullable Object> tree = new LinkedHashMap<>();
            tree.put("address", ValidatorAddress.of(new PublicKey(each.getConsensusKey())).hex());
            tree.put("pub_key", CometJsonWriter.publicKey(
                    PublicKeyProto.newBuilder().setEd25519(each.getConsensusKey()).build()));
            tree.put("power", Long.toString(each.getPower()));
            tree.put("name", each.getName());
            validators.add(tree);
        }
        return validators;
    }

    private static Object state(Genesis genesis) {
        try {
            return JsonMapper.shared().readValue(
                    JsonFormat.printer().preservingProtoFieldNames().print(genesis), Map.class);
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("genesis: does not print", impossible);
        }
    }
}
