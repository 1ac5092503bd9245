package network.dchat.consensus;

/// The bounds of the pool of transactions that wait for a block.
///
/// @param transactions transactions waiting; 1 to 1,000,000
/// @param bytes their bytes; 64 KiB to 1 GiB
/// @param perSender transactions of one sender waiting; 1 to 1,024, the window of its sequences
/// @param remembered hashes of transactions seen lately, so that none is taken twice; 1 to
///     10,000,000
public record MempoolLimits(int transactions, long bytes, int perSender, int remembered) {
    /// Refuses what lies outside of the ranges.
    public MempoolLimits {
        ConsensusLimits.requireRange("transactions", transactions, 1, 1_000_000);
        ConsensusLimits.requireRange("bytes", bytes, 64 * 1024, 1L << 30);
        ConsensusLimits.requireRange("perSender", perSender, 1, 1_024);
        ConsensusLimits.requireRange("remembered", remembered, 1, 10_000_000);
    }

    /// 20,000 transactions in 64 MiB, 1,024 of one sender, 65,536 remembered.
    public static MempoolLimits defaults() {
        return new MempoolLimits(20_000, 64L << 20, 1_024, 65_536);
    }
}
