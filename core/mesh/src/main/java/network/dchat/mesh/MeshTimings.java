package network.dchat.mesh;

/// How long a [Mesh] waits for what, in milliseconds.
///
/// @param putTimeoutMillis for a node to make a shard durable
/// @param readTimeoutMillis for a node to answer a list or a get
/// @param stragglerMillis before others are asked in place of slow nodes, and before a put that has
///     enough acknowledgements is answered without the missing ones
/// @param readDeadlineMillis for a list, and for each stripe of a get, with all its retries
/// @param firstRetryMillis before failed shards of a put are sent again; doubled each time
/// @param longestRetryMillis most time between two such rounds
/// @param handOverMillis after a put succeeded: for how long its missing shards are still sent;
///     then they are left to the nodes' own repair
public record MeshTimings(long putTimeoutMillis, long readTimeoutMillis, long stragglerMillis,
        long readDeadlineMillis, long firstRetryMillis, long longestRetryMillis,
        long handOverMillis) {
    private static final long HOUR = 3_600_000;

    /// Refuses times out of range.
    public MeshTimings {
        Checks.range("putTimeoutMillis", putTimeoutMillis, 1, HOUR);
        Checks.range("readTimeoutMillis", readTimeoutMillis, 1, HOUR);
        Checks.range("stragglerMillis", stragglerMillis, 1, HOUR);
        Checks.range("readDeadlineMillis", readDeadlineMillis, stragglerMillis, HOUR);
        Checks.range("firstRetryMillis", firstRetryMillis, 1, HOUR);
        Checks.range("longestRetryMillis", longestRetryMillis, firstRetryMillis, HOUR);
        Checks.range("handOverMillis", handOverMillis, 1, 24 * HOUR);
    }

    /// 5 s for a put call, 2 s for a read call, 100 ms for stragglers, 10 s for a read, retries
    /// after 1 to 30 s, hand-over after 10 min.
    public static MeshTimings defaults() {
        return new MeshTimings(5_000, 2_000, 100, 10_000, 1_000, 30_000, 600_000);
    }
}
