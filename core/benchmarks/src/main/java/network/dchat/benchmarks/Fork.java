package network.dchat.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A benchmark measured in a JVM of its own, so that what ran before it does not show.
final class Fork {
    private static final String ROUND = "round ";

    private Fork() {}

    /// Measures in a new JVM with the class path and the arguments of this one.
    static List<Rounds.Round> measure(String name, Rounds rounds) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g",
                "-cp", System.getProperty("java.class.path"), Fork.class.getName(), name,
                Integer.toString(rounds.warmUp()), Integer.toString(rounds.measured()),
                Integer.toString(rounds.millis())));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IllegalStateException(name + ": exit code " + code + " (expected: 0)");
            }
            return read(output);
        } catch (IOException failure) {
            throw new UncheckedIOException(name + ": cannot start a JVM", failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(name + ": interrupted", stopped);
        }
    }

    /// The child: measures one benchmark and prints its rounds.
    ///
    /// @param arguments name, warm-up rounds, measured rounds, milliseconds of a side
    public static void main(String[] arguments) {
        Comparison comparison = Benchmarks.find(arguments[0]).get();
        Rounds rounds = new Rounds(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]));
        for (Rounds.Round round : rounds.measure(comparison)) {
            System.out.println(ROUND + round.subject() + " " + round.baseline());
        }
    }

    static List<Rounds.Round> read(String output) {
        return output.lines().filter(line -> line.startsWith(ROUND)).map(line -> {
            String[] rates = line.substring(ROUND.length()).split(" ", -1);
            return new Rounds.Round(Double.parseDouble(rates[0]), Double.parseDouble(rates[1]));
        }).toList();
    }
}
