package network.dchat.validator.snapshot;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.chain.ValidatorPeers;
import network.dchat.validator.store.ConsensusStore;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SnapshotProperties.class)
class SnapshotConfiguration {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Bean
    SnapshotShelf snapshotShelf(ConsensusStore store, ChainView view) {
        return new SnapshotShelf(store, view);
    }

    @Bean
    SnapshotCalls snapshotCalls(SnapshotShelf shelf, SnapshotProperties properties,
            PeerConnections.World world) {
        return new SnapshotCalls(shelf, properties.snapshotCalls(), world.meters());
    }

    @Bean
    SnapshotProgress snapshotProgress(PeerConnections.World world) {
        return new SnapshotProgress(world.meters());
    }

    @Bean
    SnapshotPeers snapshotPeers(NodeIdentity identity, ValidatorPeers validators, ChainView view,
            PeerChannels channels, PeerConnections.World world) {
        Set<PeerId> others = new LinkedHashSet<>(validators.members(view.latest().chain()));
        others.remove(identity.peerId());
        return new SnapshotPeers(others, channels, world.meters(), PATIENCE);
    }

    @Bean
    SnapshotStart snapshotStart(SnapshotProperties properties, NodeIdentity identity,
            ConsensusStore store, SnapshotPeers peers, SnapshotProgress progress,
            PeerConnections.World world) {
        return new SnapshotStart(properties.sync(), store,
                () -> new SnapshotSync(identity.genesis(), store, peers,
                        new HeaderSync(identity.genesis(), properties.trustPoint(),
                                properties.lightSettings(), peers, world.clock()),
                        progress, world.executor(), world.clock()),
                progress, world.executor(), world.onFatal());
    }
}
