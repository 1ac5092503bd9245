package network.dchat.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// How long is measured.
///
/// @param warmUp rounds whose times are thrown away
/// @param measured rounds that count
/// @param millis how long each side of a round takes at least, of processor time
public record Rounds(int warmUp, int measured, int millis) {
    private static final OperatingSystemMXBean PROCESS = ManagementFactory
            .getPlatformMXBean(OperatingSystemMXBean.class);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// One round: batches per second of processor time of both sides.
    ///
    /// @param subject of the core
    /// @param baseline of what it is compared with
    public record Round(double subject, double baseline) {}

    /// Refuses rounds without time.
    public Rounds {
        if (warmUp < 0 || measured < 1 || millis < 1) {
            throw new IllegalArgumentException("rounds: " + warmUp + ", " + measured + " of "
                    + millis + " ms (expected: 0, 1 and 1 or more)");
        }
    }

    /// Measures both sides by turns, so that what slows the machine slows both. What counts is the
    /// processor time of the whole process: the collector's and the compiler's with it, other
    /// processes' without.
    public List<Round> measure(Comparison comparison) {
        return measure(comparison, PROCESS::getProcessCpuTime);
    }

    List<Round> measure(Comparison comparison, LongSupplier nanos) {
        List<Round> rounds = new ArrayList<>();
        long seen = 0;
        for (int round = 0; round < warmUp + measured; round++) {
            Timed subject = time(comparison.subject(), nanos);
            Timed baseline = time(comparison.baseline(), nanos);
            seen ^= subject.result() + 31 * baseline.result();
            if (round >= warmUp) {
                rounds.add(new Round(subject.batchesPerSecond(), baseline.batchesPerSecond()));
            }
        }
        Sink.take(seen);
        return rounds;
    }

    private Timed time(Work work, LongSupplier nanos) {
        long begin = nanos.getAsLong();
        long enough = millis * NANOS_PER_MILLI;
        long result = 0;
        long batches = 0;
        long elapsed;
        do {
            result += work.run();
            batches++;
            elapsed = nanos.getAsLong() - begin;
        } while (elapsed < enough);
        return new Timed(batches * NANOS_PER_SECOND / elapsed, result);
    }

    private record Timed(double batchesPerSecond, long result) {}
}
