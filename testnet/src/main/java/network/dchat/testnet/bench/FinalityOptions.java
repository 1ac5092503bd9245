package network.dchat.testnet.bench;

import java.nio.file.Path;
import java.time.Duration;
import network.dchat.testnet.load.Pace;

/// What is measured, and how.
///
/// @param pace      the load
/// @param measured  for how long, 1 s to 1 h
/// @param warmUp    for how long the same load runs before, 0 s to 1 h
/// @param dead      validators of the four that are stopped before, 0 or 1
/// @param processes whether each validator has a process of its own
/// @param directory on whose disk
public record FinalityOptions(Pace pace, Duration measured, Duration warmUp, int dead,
        boolean processes, Path directory) {
    private static final Duration MOST = Duration.ofHours(1);

    public FinalityOptions {
        if (measured.compareTo(Duration.ofSeconds(1)) < 0 || measured.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "seconds: " + measured.toSeconds() + " (expected: 1 to 3600)");
        }
        if (warmUp.isNegative() || warmUp.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "warm-up: " + warmUp.toSeconds() + " (expected: 0 to 3600)");
        }
        if (dead < 0 || dead > 1) {
            throw new IllegalArgumentException(
                    "dead: " + dead + " (expected: 0 or 1; two of four halt the chain)");
        }
    }
}
