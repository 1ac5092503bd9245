package network.dchat.starter.connections;

import io.grpc.ServerInterceptor;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.peers.Deed;
import network.dchat.starter.NodeAutoConfiguration;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.starter.discovery.OwnPeerRecords;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.discovery.RecordVerifier;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.MessageLimit;
import network.dchat.starter.rpc.PeerChannelCustomizer;
import network.dchat.starter.rpc.PeerDialler;
import network.dchat.starter.rpc.PeerServerCustomizer;
import network.dchat.starter.rpc.RefusalListener;
import network.dchat.starter.status.StatusContributor;
import network.dchat.wire.v1.PeerGrpc;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.GlobalServerInterceptor;
import org.springframework.util.unit.DataSize;

/// Wires the connections to peers.
@AutoConfiguration(after = NodeAutoConfiguration.class)
@EnableConfigurationProperties(ConnectionProperties.class)
public class ConnectionsAutoConfiguration {
    private static final Duration DIAL_PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_CANDIDATES = 256;
    /// A signed record has at most 8 KiB.
    private static final DataSize LARGEST_REQUEST = DataSize.ofKilobytes(32);

    /// A core that broke its own rules stops the node.
    @Bean
    PeerConnections.World peerWorld(ExecutorService executor, InstantSource clock,
            LoopTimers timers, MeterRegistry meters, ConfigurableApplicationContext context) {
        return new PeerConnections.World(executor, clock, timers, meters,
                () -> Thread.ofPlatform().name("stop").start(context::close));
    }

    @Bean
    @GlobalServerInterceptor
    @Order(1)
    ServerInterceptor callerAddress() {
        return new CallerAddress();
    }

    @Bean
    TrafficMeter trafficMeter(InstantSource clock) {
        return new TrafficMeter(clock);
    }

    @Bean
    PeerChannelCustomizer trafficOfChannels(TrafficMeter meter) {
        return (builder, peer) -> peer.ifPresent(known -> builder.intercept(meter.outbound(known)));
    }

    @Bean
    PeerServerCustomizer trafficOfServer(TrafficMeter meter, PeerConnections connections,
            InstantSource clock) {
        return builder -> builder.addStreamTracerFactory(meter.inbound())
                .addTransportFilter(new InboundTransports(clock, connections));
    }

    @Bean
    MessageLimit peerMessageLimit() {
        return new MessageLimit(PeerGrpc.SERVICE_NAME, LARGEST_REQUEST);
    }

    /// A method that nobody serves here may be one of a newer version, so it is no fault.
    @Bean
    RefusalListener refusedRequests(PeerConnections connections) {
        return (caller, code) -> {
            switch (code) {
                case MALFORMED -> connections.judge(caller, Deed.MISBEHAVED);
                case TOO_LARGE -> connections.judge(caller, Deed.REJECTED);
                default -> {
                }
            }
        };
    }

    @Bean
    Dialling dialling(PeerDialler dialler) {
        return new Dialling(dialler, DIAL_PATIENCE);
    }

    @Bean
    PeerConnections peerConnections(NodeIdentity identity, ConnectionProperties properties,
            PeerConnections.Parts parts, PeerConnections.World world) {
        return new PeerConnections(identity, properties, parts, world);
    }

    @Bean
    PeerConnections.Parts connectionParts(Dialling dialling, TrafficMeter meter,
            ObjectProvider<PeerDirectory> directory, PeerConnections.Checks checks) {
        return new PeerConnections.Parts(dialling, locator(directory), meter, checks);
    }

    @Bean
    PeerConnections.Checks connectionChecks(NodeIdentity identity, OwnPeerRecords own,
            RecordVerifier verifier, KnownRecords known, InstantSource clock) {
        return new PeerCalls(identity, own, verifier, known, clock);
    }

    @Bean
    PeerService peerService(NodeIdentity identity, PeerService.Records records, Dialling dialling,
            PeerConnections connections, PeerConnections.World world) {
        return new PeerService(identity, records, dialling, connections, world);
    }

    @Bean
    PeerService.Records peerServiceRecords(OwnPeerRecords own, RecordVerifier verifier,
            KnownRecords known) {
        return new PeerService.Records(own, verifier, known);
    }

    @Bean
    NetworkController networkController(PeerDirectory directory, PeerConnections connections) {
        return new NetworkController(directory, connections);
    }

    @Bean
    StatusContributor peerStatus(PeerDirectory directory, PeerConnections connections) {
        return status -> {
            status.put("connected_peers", connections.openCount());
            status.put("known_peers", directory.find(PeerQuery.ALL).size());
        };
    }

    private static PeerConnections.Locator locator(ObjectProvider<PeerDirectory> directory) {
        return new PeerConnections.Locator() {
            @Override
            public Optional<PeerRecord> locate(PeerId peer) {
                return directory.getObject().lookup(peer);
            }

            @Override
            public Optional<PeerRecord> known(PeerId peer) {
                return directory.getObject().find(peer);
            }

            @Override
            public List<PeerId> candidates() {
                return directory.getObject().find(PeerQuery.ALL).stream()
                        .filter(peer -> !peer.addresses().isEmpty()).limit(MOST_CANDIDATES)
                        .map(PeerRecord::peer).toList();
            }
        };
    }
}
