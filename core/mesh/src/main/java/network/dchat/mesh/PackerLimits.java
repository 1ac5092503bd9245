package network.dchat.mesh;

/// When a [HistoryPacker] closes a pack.
///
/// @param packBytes size of a full pack in bytes, 1 KiB to 640 KiB
/// @param maximumRecordBytes largest record in bytes, up to 640 KiB; one above `packBytes` gets a
///     pack of its own
/// @param maximumRecords most records of a pack, 1 to 100,000
/// @param delayMillis how long a record waits for others, 1 ms to 1 h
public record PackerLimits(int packBytes, int maximumRecordBytes, int maximumRecords,
        long delayMillis) {
    private static final int STRIPE = 640 * 1024;

    /// Refuses limits out of range.
    public PackerLimits {
        Checks.range("packBytes", packBytes, 1024, STRIPE);
        Checks.range("maximumRecordBytes", maximumRecordBytes, 1, STRIPE);
        Checks.range("maximumRecords", maximumRecords, 1, 100_000);
        Checks.range("delayMillis", delayMillis, 1, 3_600_000);
    }

    /// Packs of 64 KiB or 30 s, records of up to 128 KiB, 10,000 of them a pack.
    public static PackerLimits defaults() {
        return new PackerLimits(64 * 1024, 128 * 1024, 10_000, 30_000);
    }

    /// The same with another delay.
    public PackerLimits withDelayMillis(long millis) {
        return new PackerLimits(packBytes, maximumRecordBytes, maximumRecords, millis);
    }
}
