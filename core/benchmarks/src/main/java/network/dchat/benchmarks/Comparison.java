package network.dchat.benchmarks;

/// A piece of a core beside something plain that does the same, or that it cannot do without.
///
/// @param unit what is counted, in the plural
/// @param unitsPerBatch how many of them one batch of either side does
/// @param subject the core
/// @param baseline what it is compared with
/// @param baselineName what that is
public record Comparison(String unit, double unitsPerBatch, Work subject, Work baseline,
        String baselineName) {
    /// Refuses batches of nothing.
    public Comparison {
        if (!(unitsPerBatch > 0)) {
            throw new IllegalArgumentException(
                    "units per batch: " + unitsPerBatch + " (expected: more than 0)");
        }
    }
}
