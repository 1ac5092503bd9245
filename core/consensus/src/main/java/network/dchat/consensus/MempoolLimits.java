package network.dchat.consensus;

/// The bounds of the pool of transactions that wait for a block.
///
/// @param transactions transactions waiting; 1 to 1,000,000
/// @param bytes their bytes; 64 KiB to 1 GiB
/// @param perSender transactions of one sender waiting; 1 to 1,024, the window of its sequences
/// @param bytesPerSender their bytes; 64 KiB to 1 GiB
/// @param remembered hashes of transactions seen lately, so that none is taken twice; 1 to
///     10,000,000
public record MempoolLimits(int transactions, long bytes, int perSender, long bytesPerSender,
        int remembered) {
    private static final int LEAST_BYTES = 64 * 1024;
    private static final int SENDERS = 4;

    /// Refuses what lies outside of the ranges.
    public MempoolLimits {
        ConsensusLimits.requireRange("transactions", transactions, 1, 1_000_000);
        ConsensusLimits.requireRange("bytes", bytes, LEAST_BYTES, 1L << 30);
        ConsensusLimits.requireRange("perSender", perSender, 1, 1_024);
        ConsensusLimits.requireRange("bytesPerSender", bytesPerSender, LEAST_BYTES, 1L << 30);
        ConsensusLimits.requireRange("remembered", remembered, 1, 10_000_000);
    }

    /// Limits by which one sender may fill a quarter of the bytes, 64 KiB at least.
    public MempoolLimits(int transactions, long bytes, int perSender, int remembered) {
        this(transactions, bytes, perSender, Math.max(LEAST_BYTES, bytes / SENDERS), remembered);
    }

    /// 20,000 transactions in 64 MiB, 1,024 in 16 MiB of one sender, 65,536 remembered.
    public static MempoolLimits defaults() {
        return new MempoolLimits(20_000, 64L << 20, 1_024, 65_536);
    }
}
