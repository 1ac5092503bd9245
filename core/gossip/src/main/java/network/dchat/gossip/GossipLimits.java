package network.dchat.gossip;

/// Every bound of the gossip core.
///
/// @param fanout to how many links a new rumor is pushed at once; the other links are told of it
/// @param maximumTtl hops that a rumor may make
/// @param maximumLinks links held at once
/// @param rates rumors per second
/// @param memory what is remembered
/// @param windowMillis how old a rumor may be, and how long an id is remembered at least
/// @param futureMillis how far ahead of our clock a rumor's time may be
public record GossipLimits(int fanout, int maximumTtl, int maximumLinks, Rates rates, Memory memory,
        long windowMillis, long futureMillis) {
    /// Payload bytes of one rumor.
    public static final int MAXIMUM_PAYLOAD = 64 * 1024;
    /// Rumors in one frame.
    public static final int MAXIMUM_FRAME_RUMORS = 100;
    /// Bytes of rumors in one frame that we send; one rumor always fits.
    public static final int MAXIMUM_FRAME_BYTES = 512 * 1024;
    /// Ids announced in one frame.
    public static final int MAXIMUM_FRAME_HAVE = 1_000;
    /// Ids asked for, and messages refused, in one frame.
    public static final int MAXIMUM_FRAME_WANT = 100;

    /// Checks every range.
    public GossipLimits {
        check("fanout", fanout, 1, 32);
        check("maximumTtl", maximumTtl, 1, 32);
        check("maximumLinks", maximumLinks, 1, 100_000);
        check("windowMillis", windowMillis, 1_000, 3_600_000);
        check("futureMillis", futureMillis, 0, 600_000);
    }

    /// Rumors per second; the burst of each is twice that.
    ///
    /// @param perOrigin that one origin may put into the network
    /// @param perLink taken from one neighbour, whoever their origin
    /// @param inAll taken in all
    public record Rates(int perOrigin, int perLink, int inAll) {
        /// Checks every range.
        public Rates {
            check("perOrigin", perOrigin, 1, 1_000_000);
            check("perLink", perLink, 1, 1_000_000);
            check("inAll", inAll, 1, 1_000_000);
        }
    }

    /// What is remembered.
    ///
    /// @param seenIds ids that one generation of the bloom filter is made for; the exact list
    /// behind it holds twice as many
    /// @param origins origins whose sequence numbers are remembered
    /// @param rumors rumors whose bodies are kept for links that ask
    /// @param rumorBytes bytes that these bodies may take
    /// @param wanted ids that we were told of and wait for
    public record Memory(int seenIds, int origins, int rumors, int rumorBytes, int wanted) {
        /// Checks every range.
        public Memory {
            check("seenIds", seenIds, 1, 100_000_000);
            check("origins", origins, 1, 10_000_000);
            check("rumors", rumors, 1, 1_000_000);
            check("rumorBytes", rumorBytes, MAXIMUM_PAYLOAD, Integer.MAX_VALUE);
            check("wanted", wanted, 1, 1_000_000);
        }
    }

    /// Fanout 6, 32 hops, 50 links, 10/s per origin, 250/s per link, 1,000/s in all, 10,000 ids of
    /// 5 minutes.
    public static GossipLimits defaults() {
        return new GossipLimits(6, 32, 50, new Rates(10, 250, 1_000),
                new Memory(10_000, 10_000, 1_000, 16 * 1024 * 1024, 1_000), 300_000, 30_000);
    }

    /// The same with another fanout.
    public GossipLimits withFanout(int links) {
        return new GossipLimits(links, maximumTtl, maximumLinks, rates, memory, windowMillis,
                futureMillis);
    }

    /// The same with another number of hops.
    public GossipLimits withMaximumTtl(int hops) {
        return new GossipLimits(fanout, hops, maximumLinks, rates, memory, windowMillis,
                futureMillis);
    }

    /// The same with another number of links.
    public GossipLimits withMaximumLinks(int links) {
        return new GossipLimits(fanout, maximumTtl, links, rates, memory, windowMillis,
                futureMillis);
    }

    /// The same with other rates.
    public GossipLimits withRates(Rates perSecond) {
        return new GossipLimits(fanout, maximumTtl, maximumLinks, perSecond, memory, windowMillis,
                futureMillis);
    }

    /// The same with another memory.
    public GossipLimits withMemory(Memory remembered) {
        return new GossipLimits(fanout, maximumTtl, maximumLinks, rates, remembered, windowMillis,
                futureMillis);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
