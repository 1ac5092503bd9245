package network.dchat.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Runs the benchmarks and prints a table in Markdown.
///
/// `[--forks n] [--warm-up n] [--rounds n] [--millis n] [name…]`: how many JVMs, how many rounds in
/// each that do not count and that do, how long each side of a round takes, and which benchmarks; a
/// name without its second half stands for all that begin with it.
public final class Benchmarks {
    private static final int WRONG_ARGUMENTS = 2;

    private Benchmarks() {}

    /// Measures and prints.
    public static void main(String[] arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.println("benchmarks: " + String.join(", ", Suite.all().keySet()));
            System.exit(WRONG_ARGUMENTS);
            return;
        }
        System.out.println(Machine.describe());
        System.out.println(options.describe());
        System.out.println();
        System.out.println("| benchmark | speed | ratio | against |");
        System.out.println("|---|---|---|---|");
        for (String name : options.names()) {
            System.out.println(measure(name, options).row());
        }
    }

    static Supplier<Comparison> find(String name) {
        return Optional.ofNullable(Suite.all().get(name))
                .orElseThrow(() -> new IllegalArgumentException("benchmark: " + name
                        + " (expected: one of " + String.join(", ", Suite.all().keySet()) + ")"));
    }

    private static Result measure(String name, Options options) {
        List<Rounds.Round> rounds = new ArrayList<>();
        for (int fork = 0; fork < options.forks(); fork++) {
            rounds.addAll(Fork.measure(name, options.rounds()));
        }
        return Result.of(name, find(name).get(), rounds);
    }

    /// What the command line asks for.
    ///
    /// @param forks JVMs for each benchmark
    /// @param rounds what is measured in each
    /// @param names which benchmarks
    record Options(int forks, Rounds rounds, List<String> names) {
        static Options parse(String... arguments) {
            Map<String, Integer> numbers = new java.util.TreeMap<>(
                    Map.of("--forks", 3, "--warm-up", 5, "--rounds", 10, "--millis", 300));
            List<String> names = new ArrayList<>();
            for (int index = 0; index < arguments.length; index++) {
                String argument = arguments[index];
                if (numbers.containsKey(argument)) {
                    index++;
                    numbers.put(argument, number(argument,
                            index < arguments.length ? arguments[index] : "nothing"));
                } else {
                    names.addAll(named(argument));
                }
            }
            return new Options(numbers.getOrDefault("--forks", 1),
                    new Rounds(numbers.getOrDefault("--warm-up", 0),
                            numbers.getOrDefault("--rounds", 1),
                            numbers.getOrDefault("--millis", 1)),
                    names.isEmpty() ? List.copyOf(Suite.all().keySet()) : names);
        }

        String describe() {
            return forks + " JVMs, in each " + rounds.warmUp() + " rounds to warm up and "
                    + rounds.measured() + " measured of " + rounds.millis()
                    + " ms of processor time a side; "
                    + "median and half of its 95 % confidence interval";
        }

        private static int number(String option, String text) {
            try {
                int number = Integer.parseInt(text);
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // Told below.
            }
            throw new IllegalArgumentException(option + ": " + text + " (expected: a number)");
        }

        private static List<String> named(String start) {
            List<String> found = Suite.all().keySet().stream()
                    .filter(name -> name.equals(start) || name.startsWith(start + ".")).toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException(
                        "benchmark: " + start + " (expected: one known)");
            }
            return found;
        }
    }
}
