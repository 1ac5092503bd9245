package network.dchat.validator.rpc;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import network.dchat.identity.Octets;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.Validator;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.ledger.light.CometJsonWriter;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.validator.ValidatorNode;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.store.ConsensusKey;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.PublicKeyProto;
import network.dchat.wire.v1.SignedHeader;
import network.dchat.wire.v1.ValidatorProto;
import network.dchat.wire.v1.ValidatorSetProto;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The calls themselves: each answers with the tree that CometBFT v0.38 would print. They read
/// files.
@Component
final class RpcCalls {
    private static final int DEFAULT_PAGE = 30;
    private static final int LARGEST_PAGE = 100;
    private static final String NO_TIME = "0001-01-01T00:00:00Z";
    /// The parameters of each call, in the order in which a list names them.
    private static final Map<String, List<String>> NAMES = Map.of("health", List.of(), "status",
            List.of(), "genesis", List.of(), "block", List.of("height"), "commit",
            List.of("height"), "validators", List.of("height", "page", "per_page"));

    private final ChainView view;
    private final ValidatorNode node;
    private final NodeIdentity identity;
    private final NodeProperties properties;
    private final ConsensusKey key;
    private final GenesisDocument genesis;

    RpcCalls(ChainView view, ValidatorNode node, NodeIdentity identity, NodeProperties properties,
            ConsensusKey key) {
        this.view = view;
        this.node = node;
        this.identity = identity;
        this.properties = properties;
        this.key = key;
        this.genesis = new GenesisDocument(identity.genesis(), identity.network().chainId());
    }

    /// The names of a call's parameters.
    static List<String> names(String method) throws RpcFailure {
        List<String> names = NAMES.get(method);
        if (names == null) {
            throw RpcFailure.methodNotFound();
        }
        return names;
    }

    /// Answers a call.
    Map<String, @Nullable Object> answer(String method, RpcParameters parameters)
            throws RpcFailure, IOException {
        return switch (method) {
            case "health" -> new LinkedHashMap<>();
            case "status" -> status();
            case "genesis" -> genesis.answer();
            case "block" -> block(parameters);
            case "commit" -> commit(parameters);
            case "validators" -> validators(parameters);
            default -> throw RpcFailure.methodNotFound();
        };
    }

    private Map<String, @Nullable Object> block(RpcParameters parameters)
            throws RpcFailure, IOException {
        CommittedBlock found = committed(height(parameters, view.latest().height(), 0));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("block_id", CometJsonWriter.blockId(found.getCommit().getBlockId()));
        tree.put("block", CometJsonWriter.block(found.getBlock()));
        return tree;
    }

    /// The commit that the next block holds is the canonical one.
    private Map<String, @Nullable Object> commit(RpcParameters parameters)
            throws RpcFailure, IOException {
        long latest = view.latest().height();
        long height = height(parameters, latest, 0);
        CommittedBlock found = committed(height);
        Commit commit = height < latest
                ? committed(height + 1).getBlock().getLastCommit()
                : found.getCommit();
        SignedHeader signed = SignedHeader.newBuilder().setHeader(found.getBlock().getHeader())
                .setCommit(commit).build();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("signed_header", CometJsonWriter.signedHeader(signed));
        tree.put("canonical", height < latest);
        return tree;
    }

    /// Also of the height that is being decided.
    private Map<String, @Nullable Object> validators(RpcParameters parameters)
            throws RpcFailure, IOException {
        ChainView.Latest latest = view.latest();
        long height = height(parameters, latest.height(), 1);
        ValidatorSetProto set = height > latest.height()
                ? latest.chain().describeValidators()
                : committed(height).getValidators();
        int total = set.getValidatorsCount();
        long size = parameters.number("per_page").orElse(DEFAULT_PAGE);
        int perPage = (int) (size < 1 ? DEFAULT_PAGE : Math.min(size, LARGEST_PAGE));
        int pages = Math.max(1, (total + perPage - 1) / perPage);
        long page = parameters.number("page").orElse(1);
        if (page < 1 || page > pages) {
            throw RpcFailure
                    .internal("page should be within [1, " + pages + "] range, given " + page);
        }
        int from = (int) (page - 1) * perPage;
        List<Object> shown = new ArrayList<>();
        for (ValidatorProto each : set.getValidatorsList().subList(from,
                Math.min(total, from + perPage))) {
            shown.add(CometJsonWriter.validator(each));
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("block_height", Long.toString(height));
        tree.put("validators", shown);
        tree.put("count", Integer.toString(shown.size()));
        tree.put("total", Integer.toString(total));
        return tree;
    }

    private Map<String, @Nullable Object> status() throws RpcFailure, IOException {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("node_info", nodeDescription());
        tree.put("sync_info", sync());
        ByteString own = key.key().publicKey().bytes();
        ValidatorAddress address = ValidatorAddress.of(key.key().publicKey());
        Map<String, @Nullable Object> validator = new LinkedHashMap<>();
        validator.put("address", address.hex());
        validator.put("pub_key",
                CometJsonWriter.publicKey(PublicKeyProto.newBuilder().setEd25519(own).build()));
        validator.put("voting_power", Long.toString(view.latest().chain().validators()
                .byAddress(address).map(Validator::power).orElse(0L)));
        tree.put("validator_info", validator);
        return tree;
    }

    private Map<String, @Nullable Object> nodeDescription() {
        Map<String, @Nullable Object> versions = new LinkedHashMap<>();
        versions.put("p2p", "0");
        versions.put("block", Long.toString(Blocks.BLOCK_VERSION));
        versions.put("app", Long.toString(Blocks.APP_VERSION));
        Map<String, @Nullable Object> other = new LinkedHashMap<>();
        other.put("tx_index", "off");
        other.put("rpc_address", "tcp://" + properties.httpListen());
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("protocol_version", versions);
        tree.put("id", Octets.hex(ValidatorAddress.of(identity.key().publicKey()).bytes()));
        tree.put("listen_addr", "tcp://" + properties.listen());
        tree.put("network", identity.network().chainId());
        tree.put("version", "0.38.0");
        tree.put("channels", "");
        tree.put("moniker", properties.name());
        tree.put("other", other);
        return tree;
    }

    private Map<String, @Nullable Object> sync() throws RpcFailure, IOException {
        ChainView.Latest latest = view.latest();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        Optional<CommittedBlock> first = latest.height() == 0
                ? Optional.empty()
                : view.block(view.firstHeight());
        position("latest", latest.block(), tree);
        position("earliest", first, tree);
        tree.put("catching_up", node.isRunning() && node.status().catchingUp());
        return tree;
    }

    private static void position(String name, Optional<CommittedBlock> block,
            Map<String, @Nullable Object> tree) {
        Optional<Header> header = block.map(found -> found.getBlock().getHeader());
        tree.put(name + "_block_hash",
                block.map(found -> CometJsonWriter.hex(found.getCommit().getBlockId().getHash()))
                        .orElse(""));
        tree.put(name + "_app_hash",
                header.map(found -> CometJsonWriter.hex(found.getAppHash())).orElse(""));
        tree.put(name + "_block_height",
                header.map(found -> Long.toString(found.getHeight())).orElse("0"));
        tree.put(name + "_block_time",
                header.map(found -> CometJsonWriter.time(Instant
                        .ofEpochSecond(found.getTime().getSeconds(), found.getTime().getNanos())))
                        .orElse(NO_TIME));
    }

    /// @param ahead how far beyond the last block a height may be, and is when none is given
    private long height(RpcParameters parameters, long latest, int ahead) throws RpcFailure {
        OptionalLong given = parameters.number("height");
        long height = given.orElse(latest + ahead);
        if (given.isPresent() && height < 1) {
            throw RpcFailure.internal("height must be greater than 0, but got " + height);
        }
        if (height > latest + ahead) {
            throw RpcFailure.internal("height " + height
                    + " must be less than or equal to the current blockchain height " + latest);
        }
        if (height < view.firstHeight()) {
            throw RpcFailure.internal("height " + height + " is not available, lowest height is "
                    + view.firstHeight());
        }
        return height;
    }

    private CommittedBlock committed(long height) throws RpcFailure, IOException {
        return view.block(height)
                .orElseThrow(() -> RpcFailure.internal("block at height " + height + " not found"));
    }
}
