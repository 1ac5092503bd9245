package network.dchat.session;

import java.util.concurrent.TimeUnit;
import network.dchat.identity.SignedPrekey;

/// Bounds of our own prekeys.
///
/// A first message may be encrypted until the prekey's validity ends and arrive as late as a
/// message lives (30 days), so `keptMillis` is at least `validMillis` and a message's life.
///
/// @param rotationMillis age at which a prekey is replaced
/// @param validMillis for how long a prekey may be used, written into it
/// @param keptMillis age at which the private half and the memory of its sessions are dropped
/// @param maximumStarts most sessions that one prekey makes; a prekey half spent is replaced
/// @param maximumHeld most private halves held; the oldest is dropped
public record PrekeyLimits(long rotationMillis, long validMillis, long keptMillis,
        int maximumStarts, int maximumHeld) {
    /// Checks the ranges.
    public PrekeyLimits {
        Checks.range("keptMillis", keptMillis, 1, Long.MAX_VALUE / 4);
        Checks.range("validMillis", validMillis, 1,
                Math.min(keptMillis, SignedPrekey.MAXIMUM_LIFETIME_MILLIS));
        Checks.range("rotationMillis", rotationMillis, 1, validMillis);
        Checks.range("maximumStarts", maximumStarts, 1, 1_000_000);
        Checks.range("maximumHeld", maximumHeld, 1, 128);
    }

    /// Replaced after 7 days, valid for 31, kept for 61; 8,192 sessions each, 32 held.
    public static PrekeyLimits defaults() {
        return new PrekeyLimits(TimeUnit.DAYS.toMillis(7), TimeUnit.DAYS.toMillis(31),
                TimeUnit.DAYS.toMillis(61), 8_192, 32);
    }
}
