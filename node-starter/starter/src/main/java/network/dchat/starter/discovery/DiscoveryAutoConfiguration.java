package network.dchat.starter.discovery;

import java.io.IOException;
import java.util.List;
import network.dchat.dht.DhtCodec;
import network.dchat.dht.RecordRules;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.NodeAutoConfiguration;
import network.dchat.starter.connections.Dialling;
import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.node.NodeProperties;
import network.dchat.starter.rpc.MessageLimit;
import network.dchat.wire.v1.DhtGrpc;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.util.unit.DataSize;

/// Wires the DHT, the directory of peers and the records of users.
@AutoConfiguration(after = NodeAutoConfiguration.class)
@EnableConfigurationProperties(DhtProperties.class)
public class DiscoveryAutoConfiguration {
    /// A record to keep and the sender's, of at most 8 KiB each.
    private static final DataSize LARGEST_REQUEST = DataSize.ofKilobytes(32);

    @Bean
    RecordVerifier recordVerifier(NodeIdentity identity, NodeProperties node) {
        return new RecordVerifier(new RecordRules(identity.networkId(), node.workBits()));
    }

    @Bean
    OwnPeerRecords ownPeerRecords(NodeIdentity identity, NodeProperties node,
            PeerConnections.World world) {
        return new OwnPeerRecords(identity, node, world.clock());
    }

    @Bean
    KnownRecords knownRecords(NodeIdentity identity, PeerConnections.World world) {
        return new KnownRecords(identity.peerId(), world.clock());
    }

    @Bean
    DhtCodec dhtCodec(RecordVerifier verifier, DhtProperties properties) {
        return new DhtCodec(verifier.rules(), verifier, properties.kBucketSize());
    }

    @Bean
    NodeDht nodeDht(NodeIdentity identity, NodeProperties node, DhtProperties properties,
            NodeDht.Parts parts, PeerConnections.World world) {
        return new NodeDht(identity.peerId(), properties, parts, world);
    }

    @Bean
    NodeDht.Parts dhtParts(DhtCodec codec, PeerConnections connections, Dialling dialling,
            KnownRecords known, RecordVerifier verifier, NodeProperties node,
            PeerConnections.World world) {
        return new NodeDht.Parts(new DhtCalls(codec, connections, dialling, world.clock()), known,
                new RememberedPeers(node.dataDirectory(), verifier), connections);
    }

    @Bean
    DhtService dhtService(NodeDht dht, DhtCodec codec, PeerConnections connections,
            PeerConnections.World world) {
        return new DhtService(dht, codec, connections, world.meters(), world.clock());
    }

    @Bean
    MessageLimit dhtMessageLimit() {
        return new MessageLimit(DhtGrpc.SERVICE_NAME, LARGEST_REQUEST);
    }

    @Bean
    PeerDirectory peerDirectory(KnownRecords known, NodeDht dht) {
        return new NodeDirectory(known, dht);
    }

    @Bean
    UserRecords userRecords(NodeDht dht) {
        return new DhtUserRecords(dht);
    }

    @Bean
    @Order(0)
    PeerLayer.Part dhtPart(NodeDht dht, DhtProperties properties) {
        return new PeerLayer.Part() {
            @Override
            public void start(List<Certified<PeerRecord>> own) throws IOException {
                if (properties.dhtEnabled()) {
                    dht.start(own);
                }
            }

            @Override
            public void renew(List<Certified<PeerRecord>> own) {
                dht.renew(own);
            }

            @Override
            public void stop() {
                dht.stop();
            }
        };
    }

    /// It follows the gRPC server, whose port its records name; so does the HTTP server's.
    @Bean
    PeerLayer peerLayer(PeerLayer.Records records, NodeDht dht, PeerConnections connections,
            PeerConnections.World world, GrpcServerLifecycle server, ApplicationContext context,
            ObjectProvider<PeerLayer.Part> parts) {
        return new PeerLayer(records, dht, connections, world, new PeerLayer.Ports() {
            @Override
            public int grpc() {
                return server.getPort();
            }

            @Override
            public int http() {
                return context instanceof WebServerApplicationContext web
                        && web.getWebServer() != null ? web.getWebServer().getPort() : 0;
            }
        }, parts.orderedStream().toList());
    }

    @Bean
    PeerLayer.Records peerLayerRecords(OwnPeerRecords own, KnownRecords known) {
        return new PeerLayer.Records(own, known);
    }
}
