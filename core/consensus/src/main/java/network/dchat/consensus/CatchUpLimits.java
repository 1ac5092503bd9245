package network.dchat.consensus;

/// The bounds of asking peers for blocks that were decided without us.
///
/// @param requests requests under way at a time, each to another peer; 1 to 32
/// @param blocksPerRequest blocks asked for in one; 1 to 256
/// @param bytes of blocks, those that wait and those that are asked for; 1 MiB to 256 MiB
/// @param answerMillis how long an answer may take; whoever asks gives up after half of it and
///     brings what came; 2 or more
/// @param penaltyMillis how long a peer that sent nothing, too late or something wrong is not
///     asked again; 1 or more
public record CatchUpLimits(int requests, int blocksPerRequest, long bytes, long answerMillis,
        long penaltyMillis) {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final int SHARES = 8;
    private static final int RANGES_AHEAD = 8;

    /// Refuses what lies outside of the ranges.
    public CatchUpLimits {
        ConsensusLimits.requireRange("requests", requests, 1, 32);
        ConsensusLimits.requireRange("blocksPerRequest", blocksPerRequest, 1, 256);
        ConsensusLimits.requireRange("bytes", bytes, MEBIBYTE, 256 * MEBIBYTE);
        ConsensusLimits.requireRange("answerMillis", answerMillis, 2, Long.MAX_VALUE);
        ConsensusLimits.requireRange("penaltyMillis", penaltyMillis, 1, Long.MAX_VALUE);
    }

    /// What a validator uses unless told otherwise.
    public static CatchUpLimits defaults() {
        return new CatchUpLimits(4, 64, 32 * MEBIBYTE, 10_000, 5_000);
    }

    /// What one answer may bring. A first block is taken whatever its size.
    long bytesPerRequest() {
        return bytes / SHARES;
    }

    /// How many heights beyond the last final one are asked for.
    int window() {
        return RANGES_AHEAD * blocksPerRequest;
    }
}
