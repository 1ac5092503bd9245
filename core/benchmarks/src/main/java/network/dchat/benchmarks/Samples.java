package network.dchat.benchmarks;

import java.util.Arrays;
import java.util.List;

/// Numbers that were measured again and again, and what can be said of them without knowing how
/// they are spread.
final class Samples {
    /// Half the width of a 95 % interval of the normal distribution, in standard deviations.
    private static final double NINETY_FIVE_PERCENT = 1.96;

    private final double[] sorted;

    Samples(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("samples: 0 (expected: 1 or more)");
        }
        sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// Half the width of the 95 % confidence interval of the median, from the order of the samples
    /// alone; the whole span where there are few.
    double error() {
        double half = NINETY_FIVE_PERCENT * Math.sqrt(sorted.length) / 2;
        int low = (int) Math.max(0, Math.floor(sorted.length / 2.0 - half));
        int high = (int) Math.min(sorted.length - 1, Math.ceil(sorted.length / 2.0 + half));
        return (sorted[high] - sorted[low]) / 2;
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }
}
