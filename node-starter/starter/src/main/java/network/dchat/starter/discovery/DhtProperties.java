package network.dchat.starter.discovery;

import java.util.List;
import network.dchat.dht.DhtLimits;
import network.dchat.identity.Multiaddr;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the DHT, `dchat.network.*`.
///
/// @param bootstrapNodes by whom the network is entered: multiaddrs or `host:port`, at most 64; any
/// node
///                       will do; none for the first node
/// @param dhtEnabled     whether the node takes part in the DHT; without it, it knows its peers
/// from
///                       connections and gossip only
/// @param dhtAlpha       calls of a lookup under way at once, 1 to 20
/// @param kBucketSize    contacts of a bucket and copies of a record, 1 to 100
/// @param sameSubnet     contacts of one public subnet that a bucket takes, 1 to 100,000; one more
/// in all
@ConfigurationProperties("dchat.network")
public record DhtProperties(@DefaultValue List<String> bootstrapNodes,
        @DefaultValue("true") boolean dhtEnabled, @DefaultValue("3") int dhtAlpha,
        @DefaultValue("20") int kBucketSize, @DefaultValue("2") int sameSubnet) {
    /// Checks every range.
    public DhtProperties {
        bootstrapNodes = List.copyOf(bootstrapNodes);
        if (bootstrapNodes.size() > DhtLimits.MAXIMUM_ENTRIES) {
            throw new IllegalArgumentException(
                    "dchat.network.bootstrap-nodes: " + bootstrapNodes.size() + " (expected: up to "
                            + DhtLimits.MAXIMUM_ENTRIES + ")");
        }
        for (String node : bootstrapNodes) {
            if (!Multiaddr.of(node).isDialable()) {
                throw new IllegalArgumentException("dchat.network.bootstrap-nodes: " + node
                        + " (expected: an address that can be dialled)");
            }
        }
        limits(dhtAlpha, kBucketSize, sameSubnet);
    }

    /// The entries.
    public List<Multiaddr> entries() {
        return bootstrapNodes.stream().map(Multiaddr::of).toList();
    }

    /// The bounds of the DHT core.
    public DhtLimits limits() {
        return limits(dhtAlpha, kBucketSize, sameSubnet);
    }

    private static DhtLimits limits(int alpha, int bucketSize, int subnet) {
        return DhtLimits.defaults().withParallelism(alpha).withBucketSize(bucketSize)
                .withSubnets(new DhtLimits.Subnets(subnet, subnet + 1));
    }
}
