package network.dchat.validator;

import java.io.IOException;
import java.util.Optional;
import network.dchat.consensus.Chain;
import network.dchat.consensus.ConsensusSettings;
import network.dchat.consensus.ConsensusStatus;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.starter.bus.EventBus;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.postgres.BatchWriter;
import network.dchat.starter.rpc.RpcProperties;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.starter.status.StatusContributor;
import network.dchat.validator.chain.BlockStreams;
import network.dchat.validator.chain.ChainService;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.chain.CommitmentFinder;
import network.dchat.validator.chain.LightBlocks;
import network.dchat.validator.chain.PendingEvidence;
import network.dchat.validator.chain.Proofs;
import network.dchat.validator.chain.ValidatorPeers;
import network.dchat.validator.exchange.ConsensusService;
import network.dchat.validator.exchange.Follower;
import network.dchat.validator.exchange.Membership;
import network.dchat.validator.exchange.ValidatorLinks;
import network.dchat.validator.postgres.BlockIndex;
import network.dchat.validator.postgres.BlockIndexer;
import network.dchat.validator.postgres.BlockRows;
import network.dchat.validator.snapshot.SnapshotCalls;
import network.dchat.validator.snapshot.SnapshotStart;
import network.dchat.validator.store.ConsensusKey;
import network.dchat.validator.store.ConsensusStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;

/// Wires the validator.
@Configuration(proxyBeanMethods = false)
class ValidatorConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatorConfiguration.class);
    /// What a block's commit and validator set may add to it on the wire.
    private static final long ENVELOPE_BYTES = 256 * 1024;

    @Bean
    ConsensusKey consensusKey(NodeProperties node, NodeIdentity identity,
            ValidatorProperties properties) throws IOException {
        ConsensusKey key = ConsensusKey.load(node.dataDirectory(), identity.network().chainId(),
                properties.unguarded() == ValidatorProperties.Unguarded.SIGN
                        ? ConsensusKey.Trust.OPERATOR
                        : ConsensusKey.Trust.NONE);
        key.observes().ifPresent(reason -> LOG.warn(
                "event=observes-only reason=\"{}\" hint=\"dchat.validator.unguarded=sign, once you"
                        + " are sure that this key never signed on this chain\"",
                reason));
        return key;
    }

    @Bean
    ConsensusSettings consensusSettings(ConsensusKey key, ValidatorProperties properties) {
        Optional<PublicKey> signs = key.observes().isPresent()
                ? Optional.empty()
                : Optional.of(key.key().publicKey());
        return new ConsensusSettings(signs, properties.coreTimeouts(), properties.coreLimits());
    }

    @Bean
    ConsensusStore consensusStore(NodeProperties node, NodeIdentity identity, ConsensusKey key,
            RpcProperties rpc, ValidatorProperties properties) {
        long needed = identity.genesis().getParameters().getMaxBlockBytes() + ENVELOPE_BYTES;
        if (rpc.maxMessage().toBytes() < needed) {
            throw new IllegalArgumentException("dchat.rpc.max-message: " + rpc.maxMessage()
                    + " (expected: at least " + needed + " bytes, a block of this chain)");
        }
        return new ConsensusStore(node.dataDirectory(), identity.genesis(), key,
                new ConsensusStore.Habits(properties.checkpointInterval(), properties.damagedLog(),
                        properties.retainBlocks(), (int) properties.blockSegment().toBytes()));
    }

    @Bean
    ChainView chainView(ConsensusStore store, NodeIdentity identity) {
        return new ChainView(store, Chain.begin(identity.genesis()));
    }

    @Bean
    BlockIndex blockIndex(BatchWriter writer, JdbcTemplate jdbc, BlockRows rows,
            ObjectProvider<EventBus> bus) {
        return new BlockIndex(writer, jdbc, rows, bus.getIfAvailable(EventBus::none));
    }

    @Bean
    BlockIndexer blockIndexer(ChainView view, BlockIndex index, NodeProperties node) {
        return new BlockIndexer(view, index, node.name());
    }

    @Bean
    CommitmentFinder commitmentFinder(BlockIndex index) {
        return new CommitmentFinder(index);
    }

    @Bean
    Proofs proofs(ChainView view, CommitmentFinder finder) {
        return new Proofs(view, finder);
    }

    @Bean
    ConsensusMetrics consensusMetrics(PeerConnections.World world, ConsensusKey key) {
        return new ConsensusMetrics(world.meters(),
                ValidatorAddress.of(key.key().publicKey()).bytes());
    }

    @Bean
    ValidatorNode.Parts validatorParts(ConsensusStore store, ChainView view,
            ValidatorNode.Followers followers, PeerChannels channels, ValidatorPeers validators,
            ConsensusMetrics metrics) {
        return new ValidatorNode.Parts(store, view, followers, new PendingSubmissions(), channels,
                validators, metrics);
    }

    @Bean
    ValidatorNode.Followers followers(CommitmentFinder finder, PendingEvidence evidence,
            BlockIndexer indexer, VoteRecorder recorder) {
        return new ValidatorNode.Followers(finder, evidence, indexer, recorder);
    }

    @Bean
    VoteRecorder voteRecorder(NodeProperties node, PeerConnections.World world,
            ConsensusMetrics metrics) {
        return new VoteRecorder(node.dataDirectory().resolve("votes"), world.executor(), metrics);
    }

    @Bean
    PendingEvidence pendingEvidence() {
        return new PendingEvidence();
    }

    @Bean
    ValidatorPeers validatorPeers() {
        return new ValidatorPeers();
    }

    @Bean
    ValidatorNode validatorNode(ConsensusSettings settings, NodeIdentity identity,
            ValidatorNode.Parts parts, PeerConnections.World world) {
        return new ValidatorNode(settings, identity.networkId(), parts, world);
    }

    @Bean
    ValidatorLinks validatorLinks(ValidatorProperties properties, ValidatorNode node,
            PeerChannels channels, PeerConnections.World world) {
        return new ValidatorLinks(properties.linkQueue().toBytes(), channels, world.executor(),
                world.timers(), node.inbox());
    }

    @Bean
    Membership membership(NodeIdentity identity, ValidatorNode node, ValidatorNode.Parts parts,
            ValidatorLinks links, PeerConnections.World world) {
        Follower follower = new Follower(parts.channels(), world.executor(), world.timers(),
                node.inbox());
        return new Membership(identity.peerId(), parts.view(), parts.validators(), links, follower,
                world.executor());
    }

    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    ValidatorPart validatorPart(ValidatorNode node, ValidatorLinks links, Membership membership,
            BlockIndexer indexer, BlockStreams streams, SnapshotStart start) {
        return new ValidatorPart(node, links, membership, indexer, streams, start);
    }

    @Bean
    BlockStreams blockStreams(ChainView view, PeerConnections.World world,
            ValidatorProperties properties) {
        return new BlockStreams(view, world.executor(), properties.subscribers());
    }

    @Bean
    ConsensusService consensusService(ValidatorLinks links, BlockStreams streams,
            SnapshotCalls snapshots) {
        return new ConsensusService(links, streams, snapshots);
    }

    @Bean
    TransactionDesk transactionDesk(ValidatorNode node, ValidatorNode.Parts parts,
            NodeIdentity identity, ConsensusMetrics metrics) {
        return new TransactionDesk(node, parts.pending(), identity.networkId(), metrics);
    }

    @Bean
    ChainService chainService(ChainView view, BlockStreams streams, Proofs proofs,
            TransactionDesk desk, NodeIdentity identity) {
        return new ChainService(view, streams, proofs, new LightBlocks(view, identity.genesis()),
                desk);
    }

    @Bean
    ProgressCheck consensusProgress(ValidatorNode node, ChainView view,
            ValidatorProperties properties, PeerConnections.World world) {
        return new ConsensusProgress(node, view, properties.stall(), world.clock());
    }

    @Bean
    ProgressCheck indexProgress(BlockIndexer indexer) {
        return new IndexProgress(indexer);
    }

    @Bean
    StatusContributor validatorStatus(ValidatorNode node, ChainView view, BlockIndexer indexer,
            ConsensusKey key, ConsensusMetrics metrics, PendingEvidence evidence,
            ConsensusStore store) {
        measure(node, view, metrics);
        metrics.gauge("dchat.consensus.evidence.pending", () -> evidence.all().size());
        metrics.gauge("dchat.chain.first.height", view::firstHeight);
        metrics.gauge("dchat.chain.block.file.bytes", store::blockBytes);
        metrics.gauge("dchat.chain.index.behind", indexer::behind);
        return status -> {
            ChainView.Latest latest = view.latest();
            status.put("height", latest.height());
            status.put("app_hash", latest.chain().state().root().hex());
            status.put("consensus_key", key.key().publicKey().hex());
            status.put("signs", key.observes().isEmpty());
            status.put("index_behind", indexer.behind());
            if (node.isRunning()) {
                ConsensusStatus consensus = node.status();
                status.put("round", consensus.round());
                status.put("step", consensus.step());
                status.put("syncing", consensus.catchingUp());
                status.put("mute", consensus.mute());
                status.put("mempool", consensus.waitingTransactions());
                status.put("validators_reachable", node.reachable() + 1);
            }
        };
    }

    private static void measure(ValidatorNode node, ChainView view, ConsensusMetrics metrics) {
        metrics.gauge("cometbft.consensus.validators",
                () -> view.latest().chain().validators().size());
        metrics.gauge("cometbft.consensus.validators.power",
                () -> view.latest().chain().validators().totalPower());
        metrics.gauge("cometbft.p2p.peers", node::reachable);
        metrics.gauge("cometbft.mempool.size",
                () -> node.isRunning() ? node.status().waitingTransactions() : 0);
        metrics.gauge("cometbft.mempool.size.bytes",
                () -> node.isRunning() ? node.status().waitingBytes() : 0);
        metrics.gauge("cometbft.blocksync.latest.block.height", () -> view.latest().height());
        metrics.gauge("cometbft.blocksync.syncing",
                () -> node.isRunning() && node.status().catchingUp() ? 1 : 0);
    }
}
