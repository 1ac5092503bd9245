package network.dchat.testnet.load;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/// Durations that were measured, in nanoseconds, and how they are spread.
public final class Latencies {
    private static final double NANOS_A_MILLI = 1e6;

    private final long[] sorted;

    private Latencies(long[] sorted) {
        this.sorted = sorted;
    }

    /// The spread of these.
    public static Latencies of(LongStream nanos) {
        return new Latencies(nanos.sorted().toArray());
    }

    /// How many there are.
    public int count() {
        return sorted.length;
    }

    /// The smallest duration that at least this share of all does not exceed, in milliseconds; 0
    /// where nothing was measured.
    ///
    /// @param share over 0, up to 1
    public double millis(double share) {
        if (share <= 0 || share > 1) {
            throw new IllegalArgumentException("share: " + share + " (expected: over 0, up to 1)");
        }
        return sorted.length == 0
                ? 0
                : sorted[(int) Math.ceil(share * sorted.length) - 1] / NANOS_A_MILLI;
    }

    /// For JSON, in milliseconds.
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("count", count());
        json.put("p50", rounded(millis(0.5)));
        json.put("p90", rounded(millis(0.9)));
        json.put("p99", rounded(millis(0.99)));
        json.put("p99_9", rounded(millis(0.999)));
        json.put("max", rounded(millis(1)));
        return json;
    }

    /// For people.
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms",
                millis(0.5), millis(0.9), millis(0.99), millis(0.999), millis(1));
    }

    private static double rounded(double millis) {
        return Math.round(millis * 1000) / 1000.0;
    }
}
