package network.dchat.session;

import java.util.concurrent.TimeUnit;

/// Bounds of one double ratchet.
///
/// @param maximumSkip most message numbers that one message may leave out, 0 to 1,000,000
/// @param maximumSkippedKeys most keys kept for messages that did not come yet; the oldest are
///     dropped
/// @param maximumSkippedChains most chains that such keys may belong to; each one makes finding
///     the session of an incoming message dearer. The oldest is dropped
/// @param skippedKeptMillis how long such keys are kept: no shorter than a message may live
public record RatchetLimits(int maximumSkip, int maximumSkippedKeys, int maximumSkippedChains,
        long skippedKeptMillis) {
    /// Checks the ranges.
    public RatchetLimits {
        Checks.range("maximumSkip", maximumSkip, 0, 1_000_000);
        Checks.range("maximumSkippedKeys", maximumSkippedKeys, 0, 1_000_000);
        Checks.range("maximumSkippedChains", maximumSkippedChains, 1, 10_000);
        Checks.range("skippedKeptMillis", skippedKeptMillis, 1, Long.MAX_VALUE / 4);
    }

    /// 1,000 skipped at once and in all, in 16 chains, kept for 31 days.
    public static RatchetLimits defaults() {
        return new RatchetLimits(1_000, 1_000, 16, TimeUnit.DAYS.toMillis(31));
    }
}
