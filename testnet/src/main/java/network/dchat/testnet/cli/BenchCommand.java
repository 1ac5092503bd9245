package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import network.dchat.testnet.bench.FinalityBenchmark;
import network.dchat.testnet.bench.FinalityOptions;
import network.dchat.testnet.bench.Report;
import network.dchat.testnet.load.Pace;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;

/// `dchat bench`: measurements beside what the machine could do at best.
@Command(name = "bench", description = "Measures this machine's network against its floor.",
        mixinStandardHelpOptions = true,
        subcommands = {BenchCommand.Finality.class, HelpCommand.class})
public final class BenchCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "Which command? Try 'dchat bench finality'.");
        }
    }

    /// `dchat bench finality`.
    @Command(name = "finality", mixinStandardHelpOptions = true,
            description = "From Submit to the final block, on four validators of its own; beside"
                    + " it three network hops and three forced appends on the same machine.")
    static final class Finality implements Callable<Integer> {
        private static final int SECONDS = 60;
        private static final int SECONDS_IDLE = 30;
        private static final int SECONDS_A_STEP = 5;

        @Option(names = "--seconds", paramLabel = "N",
                description = "how long to measure (default: 60; --idle 30; --max-throughput 5 for"
                        + " each rate)")
        private @Nullable Integer seconds;

        @Option(names = "--warm-up", defaultValue = "20", paramLabel = "SECONDS",
                description = "load that does not count, before (default: ${DEFAULT-VALUE})")
        private int warmUp;

        @Option(names = "--rate", defaultValue = "1000", paramLabel = "N",
                description = "commitments a second (default: ${DEFAULT-VALUE})")
        private int rate;

        @Option(names = "--batch", defaultValue = "256", paramLabel = "N",
                description = "commitments of a transaction at most, up to 256; relays submit what"
                        + " they have every 50 ms (default: ${DEFAULT-VALUE})")
        private int batch;

        @Option(names = "--dead", defaultValue = "0", paramLabel = "N",
                description = "validators stopped before, 0 or 1 (default: ${DEFAULT-VALUE})")
        private int dead;

        @Option(names = "--processes",
                description = "a JVM for each validator (default: all in one, as the testnet)")
        private boolean processes;

        @Option(names = "--directory", paramLabel = "DIR",
                description = "on whose disk (default: the system's for temporary files)")
        private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

        @ArgGroup
        private @Nullable Mode mode;

        @Option(names = "--json", description = "result as JSON")
        private boolean json;

        /// What else may be measured.
        private static final class Mode {
            @Option(names = "--max-throughput", required = true,
                    description = "raise the rate until no more becomes final")
            private boolean maxThroughput;

            @Option(names = "--idle", required = true,
                    description = "processor time of validators without work")
            private boolean idle;
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
            FinalityBenchmark benchmark = new FinalityBenchmark(options(), Console::message);
            Report report;
            try (Interruption _ = Interruption.ofThisThread()) {
                report = measure(benchmark);
            }
            if (json) {
                Console.json(report.json());
            } else {
                report.lines().forEach(Console::result);
            }
            if (!report.whole()) {
                Console.message("dchat: not all that was to be submitted became final");
            }
            return (report.whole() ? ExitCode.OK : ExitCode.FAILED).number();
        }

        private Report measure(FinalityBenchmark benchmark)
                throws IOException, InterruptedException {
            if (isIdle()) {
                return benchmark.idle();
            }
            return isMaxThroughput() ? benchmark.maxThroughput() : benchmark.finality();
        }

        private boolean isIdle() {
            return mode != null && mode.idle;
        }

        private boolean isMaxThroughput() {
            return mode != null && mode.maxThroughput;
        }

        private FinalityOptions options() {
            int usual = isIdle() ? SECONDS_IDLE : isMaxThroughput() ? SECONDS_A_STEP : SECONDS;
            try {
                return new FinalityOptions(Pace.of(rate, batch),
                        Duration.ofSeconds(seconds == null ? usual : seconds),
                        Duration.ofSeconds(warmUp), dead, processes, directory);
            } catch (IllegalArgumentException e) {
                throw new ExitCode.Failure(ExitCode.USAGE, "--" + Console.reason(e));
            }
        }
    }
}
