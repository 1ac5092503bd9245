package network.dchat.mesh;

/// What bounds a [Mesh].
///
/// @param maximumReads lists and gets at a time, 1 to 4,096; the next one is refused
/// @param maximumRunningPuts puts that have calls under way at a time, 1 to 256; others wait
///     their turn
/// @param maximumQueuedPuts puts in the queue, 1 to 100,000; the next one is refused
/// @param maximumQueueBytes bytes of all objects in the queue, at least those of the largest
///     object; what does not fit is refused
/// @param maximumObjectBytes bytes of an object, at most [StripeLayout#MAXIMUM_LENGTH]
/// @param maximumListedObjects objects of a collection that a list returns, 1 to 100,000; the
///     rest is left out and the answer says so
/// @param maximumNodes registered storage nodes, 1 to 100,000
public record MeshLimits(int maximumReads, int maximumRunningPuts, int maximumQueuedPuts,
        long maximumQueueBytes, long maximumObjectBytes, int maximumListedObjects,
        int maximumNodes) {
    /// Refuses limits out of range.
    public MeshLimits {
        Checks.range("maximumReads", maximumReads, 1, 4_096);
        Checks.range("maximumRunningPuts", maximumRunningPuts, 1, 256);
        Checks.range("maximumQueuedPuts", maximumQueuedPuts, 1, 100_000);
        Checks.range("maximumObjectBytes", maximumObjectBytes, 1, StripeLayout.MAXIMUM_LENGTH);
        Checks.range("maximumQueueBytes", maximumQueueBytes, maximumObjectBytes, Long.MAX_VALUE);
        Checks.range("maximumListedObjects", maximumListedObjects, 1, 100_000);
        Checks.range("maximumNodes", maximumNodes, 1, 100_000);
    }

    /// 64 reads, 16 running and 1,024 queued puts of 128 MiB together, objects of 100 MiB, 10,000
    /// listed objects, 10,000 nodes.
    public static MeshLimits defaults() {
        return new MeshLimits(64, 16, 1_024, 128L * 1024 * 1024, StripeLayout.MAXIMUM_LENGTH,
                10_000, 10_000);
    }
}
