package network.dchat.benchmarks;

import java.util.List;
import java.util.Locale;

/// What was measured of one comparison.
///
/// @param name the benchmark
/// @param comparison what was compared
/// @param subjects units per second of the core
/// @param ratios the core's speed over the baseline's, round by round
record Result(String name, Comparison comparison, Samples subjects, Samples ratios) {
    /// From the rounds of all forks.
    static Result of(String name, Comparison comparison, List<Rounds.Round> rounds) {
        return new Result(name, comparison,
                new Samples(rounds.stream()
                        .map(round -> round.subject() * comparison.unitsPerBatch()).toList()),
                new Samples(
                        rounds.stream().map(round -> round.subject() / round.baseline()).toList()));
    }

    /// A row of the table in Markdown.
    String row() {
        return String.format(Locale.ROOT, "| %s | %s %s/s | %.3g ± %.2g | %s |", name,
                number(subjects.median()), comparison.unit(), ratios.median(), ratios.error(),
                comparison.baselineName());
    }

    private static String number(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%,d", Math.round(value))
                : String.format(Locale.ROOT, "%.3g", value);
    }
}
