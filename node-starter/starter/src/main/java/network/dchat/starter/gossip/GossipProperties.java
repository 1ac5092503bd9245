package network.dchat.starter.gossip;

import network.dchat.gossip.GossipLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of gossip, `dchat.network.*`.
///
/// @param gossipFanout           links that a new message is pushed to, 1 to 32
/// @param gossipMaxTtl           hops that a message may make, 1 to 32
/// @param gossipMessageCacheSize ids that the filter of seen messages is made for, 1 to 100,000,000
/// @param gossipRatePerOrigin    messages per second taken of one origin, 1 to 1,000,000
/// @param gossipRatePerLink      messages per second taken from one neighbour, 1 to 1,000,000
/// @param gossipRate             messages per second taken in all, 1 to 1,000,000
/// @param maxConnections         most links, as there are connections
@ConfigurationProperties("dchat.network")
public record GossipProperties(@DefaultValue("6") int gossipFanout,
        @DefaultValue("32") int gossipMaxTtl, @DefaultValue("10000") int gossipMessageCacheSize,
        @DefaultValue("10") int gossipRatePerOrigin, @DefaultValue("250") int gossipRatePerLink,
        @DefaultValue("1000") int gossipRate, @DefaultValue("50") int maxConnections) {
    /// Checks every range.
    public GossipProperties {
        limits(gossipFanout, gossipMaxTtl, gossipMessageCacheSize,
                new GossipLimits.Rates(gossipRatePerOrigin, gossipRatePerLink, gossipRate),
                maxConnections);
    }

    /// The bounds of the gossip core.
    public GossipLimits limits() {
        return limits(gossipFanout, gossipMaxTtl, gossipMessageCacheSize,
                new GossipLimits.Rates(gossipRatePerOrigin, gossipRatePerLink, gossipRate),
                maxConnections);
    }

    private static GossipLimits limits(int fanout, int ttl, int ids, GossipLimits.Rates rates,
            int links) {
        GossipLimits.Memory memory = GossipLimits.defaults().memory();
        return GossipLimits.defaults().withFanout(fanout).withMaximumTtl(ttl).withRates(rates)
                .withMaximumLinks(links).withMemory(new GossipLimits.Memory(ids, memory.origins(),
                        memory.rumors(), memory.rumorBytes(), memory.wanted()));
    }
}
