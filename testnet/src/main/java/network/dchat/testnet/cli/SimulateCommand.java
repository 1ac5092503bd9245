package network.dchat.testnet.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import network.dchat.consensus.SimulationRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;

/// `dchat simulate`: the real protocol code in virtual time, under faults drawn from a seed.
@Command(name = "simulate", description = "Runs protocols in a simulator, a fault world a seed.",
        mixinStandardHelpOptions = true,
        subcommands = {SimulateCommand.Consensus.class, HelpCommand.class})
public final class SimulateCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "Which command? Try 'dchat simulate consensus --seeds 100'.");
        }
    }

    /// `dchat simulate consensus`.
    @Command(name = "consensus", mixinStandardHelpOptions = true,
            description = "Validators under faults of network, disks, clocks and processes, in most"
                    + " worlds with a liar; what must always hold is checked after every event.")
    static final class Consensus implements Callable<Integer> {
        private static final int MOST_THREADS = 256;
        private static final long NANOS_A_SECOND = 1_000_000_000;

        @Option(names = "--seeds", required = true, paramLabel = "N",
                description = "how many, 1 or more; each is a network of its own")
        private int seeds;

        @Option(names = "--from", defaultValue = "1", paramLabel = "S",
                description = "the first seed (default: ${DEFAULT-VALUE})")
        private long from;

        @Option(names = "--threads", paramLabel = "T",
                description = "seeds at a time, 1 to 256 (default: one a core)")
        private int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());

        @Option(names = "--json", description = "result as JSON")
        private boolean json;

        private final List<SimulationRun.Failure> failures = new ArrayList<>();
        private final AtomicLong done = new AtomicLong();

        @Override
        public Integer call() {
            check();
            long start = System.nanoTime();
            try (Interruption _ = Interruption.ofThisThread()) {
                return finish(SimulationRun.run(from, seeds, threads, this::over), start);
            } catch (InterruptedException _) {
                Console.progressDone();
                tell(false, Map.of(), 0, start);
                return ExitCode.FAILED.number();
            }
        }

        private void check() {
            if (seeds < 1) {
                throw new ExitCode.Failure(ExitCode.USAGE,
                        "--seeds: " + seeds + " (expected: 1 or more)");
            }
            if (threads < 1 || threads > MOST_THREADS) {
                throw new ExitCode.Failure(ExitCode.USAGE,
                        "--threads: " + threads + " (expected: 1 to " + MOST_THREADS + ")");
            }
            if (from < 0 || from > Long.MAX_VALUE - seeds) {
                throw new ExitCode.Failure(ExitCode.USAGE,
                        "--from: " + from + " (expected: 0 or more)");
            }
        }

        /// Called by one thread at a time.
        private void over(long seed, long count, Optional<SimulationRun.Failure> failure) {
            done.set(count);
            failure.ifPresent(failed -> {
                synchronized (failures) {
                    failures.add(failed);
                }
                Console.progressDone();
                Console.message("seed " + seed + " (" + failed.world() + ") failed: "
                        + failed.reason() + "\n  replay: " + failed.replay());
            });
            Console.progress(count + " of " + seeds + " seeds");
        }

        private int finish(SimulationRun.Summary summary, long start) {
            Console.progressDone();
            tell(true, summary.worlds(), summary.blocks(), start);
            return (summary.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
        }

        /// Tells what was found, also of a run that was ended before its time.
        private void tell(boolean whole, Map<String, Long> worlds, long blocks, long start) {
            List<SimulationRun.Failure> failed;
            synchronized (failures) {
                failed = List.copyOf(failures);
            }
            long seconds = (System.nanoTime() - start) / NANOS_A_SECOND;
            if (json) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("from", from);
                result.put("asked", seeds);
                result.put("done", done.get());
                result.put("interrupted", !whole);
                result.put("seconds", seconds);
                result.put("worlds", worlds);
                result.put("blocks", blocks);
                result.put("failures", failed.stream().map(Consensus::json).toList());
                Console.json(result);
                return;
            }
            Console.result(done.get() + " of " + seeds + " seeds from " + from + " in " + seconds
                    + " s" + (whole ? ", " + blocks + " blocks" : ", interrupted") + ": "
                    + failed.size() + " failed");
            worlds.forEach((world, count) -> Console.result("  " + world + " " + count));
            failed.forEach(each -> Console.result("  seed " + each.seed() + ": " + each.reason()
                    + "\n    replay: " + each.replay()));
        }

        private static Map<String, Object> json(SimulationRun.Failure failure) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("seed", failure.seed());
            tree.put("world", failure.world());
            tree.put("reason", failure.reason());
            tree.put("story", failure.story());
            tree.put("replay", failure.replay());
            return tree;
        }
    }
}
