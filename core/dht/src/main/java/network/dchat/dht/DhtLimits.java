package network.dchat.dht;

/// Every bound of the DHT core.
///
/// @param bucketSize Kademlia's k: contacts in a bucket, peers in an answer, copies of a record
/// @param parallelism Kademlia's α: calls of one lookup under way at once
/// @param maximumFailures calls in a row that a contact may leave unanswered, the last one drops it
/// @param wantedPeers while fewer contacts are known, the entry addresses are asked again
/// @param subnets how many contacts may share a public subnet
/// @param storage how much is kept
/// @param lookups how much is looked for at once
public record DhtLimits(int bucketSize, int parallelism, int maximumFailures, int wantedPeers,
        Subnets subnets, Storage storage, Lookups lookups) {
    /// Largest record in bytes, as it travels.
    public static final int MAXIMUM_RECORD_BYTES = 8 * 1024;
    /// Entry addresses that a node can be given.
    public static final int MAXIMUM_ENTRIES = 64;
    /// Peers remembered for the next start.
    public static final int MAXIMUM_REMEMBERED = 64;

    /// Checks every range.
    public DhtLimits {
        check("bucketSize", bucketSize, 1, 100);
        check("parallelism", parallelism, 1, 20);
        check("maximumFailures", maximumFailures, 1, 10);
        check("wantedPeers", wantedPeers, 1, 1_000);
    }

    /// How many contacts may share a public subnet: a /24 of IPv4, a /48 of IPv6. Private and
    /// loopback addresses do not count.
    ///
    /// @param perBucket in one bucket
    /// @param inAll in the whole table
    public record Subnets(int perBucket, int inAll) {
        /// Checks every range.
        public Subnets {
            check("perBucket", perBucket, 1, 100_000);
            check("inAll", inAll, 1, 100_000);
        }
    }

    /// How much is kept.
    ///
    /// @param records records of others; over it the one furthest from us goes
    /// @param bytes what these may take together
    /// @param published own records that are kept up
    public record Storage(int records, int bytes, int published) {
        /// Checks every range.
        public Storage {
            check("records", records, 1, 10_000_000);
            check("bytes", bytes, MAXIMUM_RECORD_BYTES, Integer.MAX_VALUE);
            check("published", published, 1, 1_000_000);
        }
    }

    /// How much is looked for at once.
    ///
    /// @param atOnce lookups under way
    /// @param waiting lookups that wait for their turn
    /// @param calls calls that one lookup may make
    /// @param quorum holders of a record that are heard before the newest copy is believed
    /// @param checks calls under way that only check whether a peer is there
    public record Lookups(int atOnce, int waiting, int calls, int quorum, int checks) {
        /// Checks every range.
        public Lookups {
            check("atOnce", atOnce, 1, 10_000);
            check("waiting", waiting, 0, 100_000);
            check("calls", calls, 1, 10_000);
            check("quorum", quorum, 1, 20);
            check("checks", checks, 1, 1_000);
        }
    }

    /// k 20, α 3, 2 failures, 8 wanted peers, 2 and 3 per subnet, 16,384 records or 32 MiB, 32
    /// lookups.
    public static DhtLimits defaults() {
        return new DhtLimits(20, 3, 2, 8, new Subnets(2, 3),
                new Storage(16_384, 32 * 1024 * 1024, 10_000), new Lookups(32, 256, 100, 3, 16));
    }

    /// The same with another bucket size.
    public DhtLimits withBucketSize(int contacts) {
        return new DhtLimits(contacts, parallelism, maximumFailures, wantedPeers, subnets, storage,
                lookups);
    }

    /// The same with another parallelism.
    public DhtLimits withParallelism(int calls) {
        return new DhtLimits(bucketSize, calls, maximumFailures, wantedPeers, subnets, storage,
                lookups);
    }

    /// The same with other subnet rules.
    public DhtLimits withSubnets(Subnets rule) {
        return new DhtLimits(bucketSize, parallelism, maximumFailures, wantedPeers, rule, storage,
                lookups);
    }

    /// The same with other room for records.
    public DhtLimits withStorage(Storage room) {
        return new DhtLimits(bucketSize, parallelism, maximumFailures, wantedPeers, subnets, room,
                lookups);
    }

    /// The same with other bounds of lookups.
    public DhtLimits withLookups(Lookups bounds) {
        return new DhtLimits(bucketSize, parallelism, maximumFailures, wantedPeers, subnets,
                storage, bounds);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
