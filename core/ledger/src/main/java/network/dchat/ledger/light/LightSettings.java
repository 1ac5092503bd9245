package network.dchat.ledger.light;

import java.time.Duration;

/// What a light client assumes about the chain and its own clock.
///
/// @param trustingPeriod how long after its time a header may be built on; shorter than what
/// validators need to take their stake out. More than zero, at most a hundred years
/// @param trustLevel for headers that do not follow directly
/// @param clockDrift how far a header's time may lie ahead of the own clock; zero to one day
/// @param maximumBlocks light blocks that one verification may ask for, 1 to 10,000
public record LightSettings(Duration trustingPeriod, TrustLevel trustLevel, Duration clockDrift,
        int maximumBlocks) {
    private static final Duration LONGEST_PERIOD = Duration.ofDays(36_525);
    private static final Duration LONGEST_DRIFT = Duration.ofDays(1);
    private static final int MOST_BLOCKS = 10_000;

    /// Two weeks, one third and ten seconds, as in CometBFT; at most 1,000 blocks.
    public static final LightSettings DEFAULT = new LightSettings(Duration.ofDays(14),
            TrustLevel.ONE_THIRD, Duration.ofSeconds(10), 1_000);

    /// Refuses what is out of range.
    public LightSettings {
        if (trustingPeriod.compareTo(Duration.ZERO) <= 0
                || trustingPeriod.compareTo(LONGEST_PERIOD) > 0) {
            throw new IllegalArgumentException("trusting period: " + trustingPeriod
                    + " (expected: more than 0, up to " + LONGEST_PERIOD + ")");
        }
        if (clockDrift.isNegative() || clockDrift.compareTo(LONGEST_DRIFT) > 0) {
            throw new IllegalArgumentException(
                    "clock drift: " + clockDrift + " (expected: 0 to " + LONGEST_DRIFT + ")");
        }
        if (maximumBlocks < 1 || maximumBlocks > MOST_BLOCKS) {
            throw new IllegalArgumentException(
                    "maximum blocks: " + maximumBlocks + " (expected: 1 to " + MOST_BLOCKS + ")");
        }
    }
}
