package network.dchat.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Proves that a run follows from its seed alone: no clock, no identity hash, no unsorted map.
public final class Replay {
    private static final int MOST_LINES = 1_000_000;

    private Replay() {}

    /// Runs twice with the same seed and compares the first million trace lines.
    public static void assertIdentical(Seed seed, Consumer<Seed> run) {
        List<String> first = lines(seed, run);
        List<String> second = lines(seed, run);
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            String one = line(first, i);
            String other = line(second, i);
            if (!one.equals(other)) {
                throw new AssertionError("seed " + seed + " gave two runs, line " + (i + 1)
                        + ":\n  " + one + "\n  " + other);
            }
        }
    }

    private static List<String> lines(Seed seed, Consumer<Seed> run) {
        List<String> lines = new ArrayList<>();
        run.accept(seed.tracedTo(line -> {
            if (lines.size() < MOST_LINES) {
                lines.add(line);
            }
        }));
        return lines;
    }

    private static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index) : "(ended)";
    }
}
