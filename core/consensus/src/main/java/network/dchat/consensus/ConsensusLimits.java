package network.dchat.consensus;

import network.dchat.ledger.LedgerLimits;

/// The bounds of a validator's consensus.
///
/// @param maximumRound highest round that a vote may name; 1 to 100,000,000
/// @param pastRounds rounds before the current one whose votes are kept in full; 1 to 1,024
/// @param futureMessages messages of the next height kept for each peer; 16 to 65,536
/// @param futureBytes bytes of them for each peer; 64 KiB to 64 MiB
/// @param maximumPeers peers whose announcements are remembered; 1 to 4,096
/// @param resendBytes bytes sent to one peer in answer to one announcement; 128 KiB to 16 MiB
/// @param evidence pieces of evidence that wait for a block, one a validator; 0 to 512
/// @param catchUp the bounds of asking for blocks
/// @param mempool the bounds of the pool of transactions
public record ConsensusLimits(int maximumRound, int pastRounds, int futureMessages, int futureBytes,
        int maximumPeers, int resendBytes, int evidence, CatchUpLimits catchUp,
        MempoolLimits mempool) {
    private static final int MEBIBYTE = 1024 * 1024;

    /// Refuses what lies outside of the ranges.
    public ConsensusLimits {
        requireRange("maximumRound", maximumRound, 1, 100_000_000);
        requireRange("pastRounds", pastRounds, 1, 1_024);
        requireRange("futureMessages", futureMessages, 16, 65_536);
        requireRange("futureBytes", futureBytes, 64 * 1024, 64 * MEBIBYTE);
        requireRange("maximumPeers", maximumPeers, 1, 4_096);
        requireRange("resendBytes", resendBytes, 2 * LedgerLimits.PART_BYTES, 16 * MEBIBYTE);
        requireRange("evidence", evidence, 0, LedgerLimits.MAXIMUM_VALIDATORS);
    }

    /// What a validator uses unless told otherwise.
    public static ConsensusLimits defaults() {
        return new ConsensusLimits(10_000_000, 16, 1_024, 8 * MEBIBYTE, 512, MEBIBYTE,
                LedgerLimits.MAXIMUM_VALIDATORS, CatchUpLimits.defaults(),
                MempoolLimits.defaults());
    }

    /// The same with other bounds for transactions.
    public ConsensusLimits withMempool(MempoolLimits limits) {
        return new ConsensusLimits(maximumRound, pastRounds, futureMessages, futureBytes,
                maximumPeers, resendBytes, evidence, catchUp, limits);
    }

    /// The same, but without collecting evidence.
    ConsensusLimits withoutEvidence() {
        return new ConsensusLimits(maximumRound, pastRounds, futureMessages, futureBytes,
                maximumPeers, resendBytes, 0, catchUp, mempool);
    }

    static void requireRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
