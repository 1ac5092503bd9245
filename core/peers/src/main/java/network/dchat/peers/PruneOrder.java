package network.dchat.peers;

/// Which connection goes first when one must.
public enum PruneOrder {
    /// The one unused for longest.
    LEAST_RECENTLY_USED,
    /// The one of the worst reputation.
    REPUTATION,
    /// The slowest.
    LATENCY,
    /// The one that carried least.
    VOLUME,
    /// All four together.
    MIXED
}
