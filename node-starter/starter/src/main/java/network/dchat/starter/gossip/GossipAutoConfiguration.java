package network.dchat.starter.gossip;

import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.discovery.DiscoveryAutoConfiguration;
import network.dchat.starter.discovery.KnownRecords;
import network.dchat.starter.discovery.NodeDht;
import network.dchat.starter.discovery.OwnPeerRecords;
import network.dchat.starter.discovery.PeerLayer;
import network.dchat.starter.discovery.RecordVerifier;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.MessageLimit;
import network.dchat.wire.v1.GossipGrpc;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.util.unit.DataSize;

/// Wires gossip.
@AutoConfiguration(after = DiscoveryAutoConfiguration.class)
@EnableConfigurationProperties(GossipProperties.class)
public class GossipAutoConfiguration {
    /// A frame of ours has at most 512 KiB of rumors beside its ids.
    private static final DataSize LARGEST_FRAME = DataSize.ofMegabytes(1);

    @Bean
    MessageLimit gossipMessageLimit() {
        return new MessageLimit(GossipGrpc.SERVICE_NAME, LARGEST_FRAME);
    }

    @Bean
    NodeGossip nodeGossip(NodeIdentity identity, GossipProperties properties,
            PeerConnections connections, PeerConnections.World world) {
        return new NodeGossip(identity, properties.limits(), connections, world);
    }

    @Bean
    GossipLinks gossipLinks(NodeGossip gossip, PeerConnections connections) {
        GossipLinks links = new GossipLinks(gossip);
        connections.listen(links);
        return links;
    }

    @Bean
    Announcements announcements(NodeGossip gossip, OwnPeerRecords own, RecordVerifier verifier,
            KnownRecords known, NodeDht dht, PeerConnections.World world) {
        return new Announcements(gossip, own, verifier, known, dht, world.clock());
    }

    @Bean
    PeerLayer.Part gossipPart(NodeGossip gossip, Announcements announcements,
            PeerConnections.World world, ObjectProvider<GossipListener> listeners) {
        return new GossipPart(gossip, announcements, world, listeners);
    }
}
