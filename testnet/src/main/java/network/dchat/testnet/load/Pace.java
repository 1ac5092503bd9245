package network.dchat.testnet.load;

import java.time.Duration;

/// How many commitments a second relays submit, and how they gather them.
///
/// @param rate   commitments a second in all, 1 to 1,000,000
/// @param batch  commitments of a transaction at most, 1 to 256
/// @param gather how long a relay gathers at most before it submits
public record Pace(int rate, int batch, Duration gather) {
    private static final int MOST_RATE = 1_000_000;
    private static final int MOST_BATCH = 256;
    private static final double SECOND_NANOS = 1e9;

    public Pace {
        if (rate < 1 || rate > MOST_RATE) {
            throw new IllegalArgumentException(
                    "rate: " + rate + " (expected: 1 to " + MOST_RATE + ")");
        }
        if (batch < 1 || batch > MOST_BATCH) {
            throw new IllegalArgumentException(
                    "batch: " + batch + " (expected: 1 to " + MOST_BATCH + ")");
        }
        if (gather.isNegative() || gather.isZero()) {
            throw new IllegalArgumentException("gather: " + gather + " (expected: more than 0)");
        }
    }

    /// Batches as relays make them: 50 ms or what is full first.
    public static Pace of(int rate, int batch) {
        return new Pace(rate, batch, Duration.ofMillis(50));
    }

    /// The same with another rate.
    public Pace atRate(int other) {
        return new Pace(other, batch, gather);
    }

    /// Nanoseconds from one transaction of a relay to its next, where so many relays share the
    /// rate.
    long intervalNanos(int relays) {
        return (long) Math.max(1,
                Math.min((double) gather.toNanos(), batch * SECOND_NANOS * relays / rate));
    }

    /// Commitments that came in all until so long after the start.
    long arrivedAfter(long nanos) {
        return (long) (nanos * (double) rate / SECOND_NANOS);
    }
}
