package network.dchat.testnet.bench;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import network.dchat.starter.node.HostAndPort;
import network.dchat.testnet.load.Latencies;
import network.dchat.testnet.load.OrderLoad;
import network.dchat.testnet.load.Pace;
import network.dchat.testnet.validators.Ground;
import network.dchat.testnet.validators.LocalValidators;
import network.dchat.testnet.validators.ValidatorProcesses;
import network.dchat.testnet.validators.Validators;

/// Four validators of its own under load: how long a submitted commitment takes to be final, how
/// many become final in a second, and what validators use who have nothing to do.
///
/// The physical floor is measured in the same run, half of it before and half after.
public final class FinalityBenchmark {
    private static final int VALIDATORS = 4;
    private static final int RELAYS = 4;
    private static final int FLOOR_WARM_UP = 300;
    private static final int FLOOR_TIMES = 500;
    private static final int COMMITMENT_BYTES = 32;
    private static final int FIRST_RATE = 5_000;
    private static final double FASTER = 1.4;
    private static final double GROWTH = 1.05;
    private static final int STEPS_WITHOUT_GROWTH = 2;
    private static final double NANOS = 1e9;
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final List<String> JVM = List.of("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError");

    private final FinalityOptions options;
    private final Consumer<String> progress;

    /// A benchmark; nothing runs yet.
    ///
    /// @param progress told what happens, a line each
    public FinalityBenchmark(FinalityOptions options, Consumer<String> progress) {
        this.options = options;
        this.progress = progress;
    }

    /// Finality at a constant rate.
    public Report finality() throws IOException, InterruptedException {
        return measure("finality", this::constantRate);
    }

    /// The most commitments that become final in a second: the rate grows until that does not.
    public Report maxThroughput() throws IOException, InterruptedException {
        return measure("max-throughput", this::growingRate);
    }

    /// Processor time of validators without work.
    public Report idle() throws IOException, InterruptedException {
        return measure("idle", this::withoutWork);
    }

    private interface Measurement {
        Report of(Validators validators, OrderLoad load, Map<String, Object> json)
                throws IOException, InterruptedException;
    }

    private Report measure(String name, Measurement measurement)
            throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.in(options.directory());
                PhysicalFloor floor = new PhysicalFloor(scratch.directory().resolve("floor"),
                        options.pace().batch() * COMMITMENT_BYTES)) {
            Map<String, Object> json = new LinkedHashMap<>();
            Map<String, Object> machine = MachineFacts.of(scratch.directory());
            json.put("benchmark", name);
            json.put("machine", machine);
            Ground ground = Ground.prepare(scratch.directory(), VALIDATORS, RELAYS,
                    Clock.systemUTC());
            progress.accept("starting " + VALIDATORS + " validators");
            try (Validators validators = start(ground)) {
                return with(validators, ground, floor, json, machine, measurement);
            }
        }
    }

    private Report with(Validators validators, Ground ground, PhysicalFloor floor,
            Map<String, Object> json, Map<String, Object> machine, Measurement measurement)
            throws IOException, InterruptedException {
        try (OrderLoad load = new OrderLoad(ground.network(), ground.relays(),
                living(validators, 0))) {
            awaitReady(load);
        }
        for (int index = VALIDATORS - options.dead(); index < VALIDATORS; index++) {
            validators.stop(index);
        }
        progress.accept("measuring the physical floor");
        long[] _ = floor.hopsAndForces(FLOOR_WARM_UP);
        Latencies force = floor.forces(FLOOR_TIMES);
        machine.put("force_ms", force.json());
        long[] before = floor.hopsAndForces(FLOOR_TIMES);
        Report report;
        try (OrderLoad load = new OrderLoad(ground.network(), ground.relays(),
                living(validators, options.dead()))) {
            awaitReady(load);
            report = measurement.of(validators, load, json);
        }
        long[] after = floor.hopsAndForces(FLOOR_TIMES);
        return withFloor(report, force,
                Latencies.of(LongStream.concat(Arrays.stream(before), Arrays.stream(after))));
    }

    private Validators start(Ground ground) throws IOException {
        if (!options.processes()) {
            return LocalValidators.start(ground, VALIDATORS);
        }
        ValidatorProcesses processes = ValidatorProcesses.prepare(ground, VALIDATORS,
                ValidatorProcesses.Launch.plain(JVM));
        try {
            processes.startAll();
            return processes;
        } catch (IOException | RuntimeException failed) {
            processes.close();
            throw failed;
        }
    }

    private static List<HostAndPort> living(Validators validators, int dead) {
        List<HostAndPort> addresses = new ArrayList<>();
        for (int index = 0; index < VALIDATORS - dead; index++) {
            addresses.add(validators.grpc(index));
        }
        return addresses;
    }

    private static void awaitReady(OrderLoad load) throws IOException, InterruptedException {
        long end = System.nanoTime() + READY.toNanos();
        while (load.height() < 2) {
            if (System.nanoTime() > end) {
                throw new IOException(
                        "validators: no two blocks at all after " + READY.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private Report constantRate(Validators validators, OrderLoad load, Map<String, Object> json)
            throws IOException, InterruptedException {
        Pace pace = options.pace();
        if (!options.warmUp().isZero()) {
            progress.accept("warming up for " + options.warmUp().toSeconds() + " s");
            long _ = load.run(pace, options.warmUp());
        }
        progress.accept("measuring for " + options.measured().toSeconds() + " s");
        long refusedBefore = load.refusals().values().stream().mapToLong(Long::longValue).sum();
        long againBefore = load.submittedAgain();
        Passed passed = run(validators, load, pace);
        int lost = load.awaitFinal(DRAIN);
        Window window = Window.of(load, passed.start(), passed.start() + passed.nanos());
        settings(json);
        json.put("finality_ms", window.latencies().json());
        json.put("final_per_second", Math.round(window.finalPerSecond()));
        window.blocks(json);
        json.put("submitted_again", load.submittedAgain() - againBefore);
        json.put("refused",
                load.refusals().values().stream().mapToLong(Long::longValue).sum() - refusedBefore);
        json.put("unsent", load.unsent());
        json.put("batches_not_final", lost);
        json.put("cores", passed.cores());
        List<String> lines = List.of("finality      " + window.latencies(),
                String.format(Locale.ROOT, "final         %.0f commitments/s of %d; %d batches",
                        window.finalPerSecond(), pace.rate(), window.latencies().count()),
                window.line(), "cores         " + passed.cores());
        return new Report(json, lines, lost == 0 && load.unsent() == 0);
    }

    private Report growingRate(Validators validators, OrderLoad load, Map<String, Object> json)
            throws IOException, InterruptedException {
        settings(json);
        progress.accept("warming up for " + options.warmUp().toSeconds() + " s");
        long _ = load.run(options.pace().atRate(FIRST_RATE), options.warmUp());
        List<Map<String, Object>> steps = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        double best = 0;
        int lost = 0;
        int without = 0;
        for (double rate = FIRST_RATE; without < STEPS_WITHOUT_GROWTH; rate *= FASTER) {
            Pace pace = options.pace().atRate((int) rate);
            Passed passed = run(validators, load, pace);
            lost += load.awaitFinal(DRAIN);
            Window window = Window.of(load, passed.start(), passed.start() + passed.nanos());
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("rate", pace.rate());
            step.put("final_per_second", Math.round(window.finalPerSecond()));
            step.put("finality_ms", window.latencies().json());
            window.blocks(step);
            step.put("cores", passed.cores());
            steps.add(step);
            String line = String.format(Locale.ROOT, "at %7d/s  final %7.0f/s  %s", pace.rate(),
                    window.finalPerSecond(), window.latencies());
            progress.accept(line);
            lines.add(line);
            without = window.finalPerSecond() < best * GROWTH ? without + 1 : 0;
            best = Math.max(best, window.finalPerSecond());
        }
        json.put("max_final_per_second", Math.round(best));
        json.put("steps", steps);
        json.put("refusals", load.refusals());
        json.put("submitted_again", load.submittedAgain());
        json.put("unsent", load.unsent());
        json.put("batches_not_final", lost);
        lines.add(String.format(Locale.ROOT, "max           %.0f commitments/s final", best));
        return new Report(json, lines, lost == 0);
    }

    private Report withoutWork(Validators validators, OrderLoad load, Map<String, Object> json)
            throws IOException, InterruptedException {
        load.close();
        if (!options.warmUp().isZero()) {
            progress.accept("settling for " + options.warmUp().toSeconds() + " s");
            TimeUnit.MILLISECONDS.sleep(options.warmUp().toMillis());
        }
        progress.accept("watching for " + options.measured().toSeconds() + " s");
        ProcessorTime before = ProcessorTime.of(validators);
        long start = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(options.measured().toMillis());
        Passed passed = Passed.since(start, before, validators);
        int living = VALIDATORS - options.dead();
        double percent = 100 * (options.processes() ? passed.validators() : passed.own()) / living;
        settings(json);
        json.put("percent_of_a_core_per_validator", Math.round(percent * 100) / 100.0);
        json.put("cores", passed.cores());
        return new Report(json,
                List.of(String.format(Locale.ROOT, "idle          %.2f %% of a core per validator",
                        percent), "cores         " + passed.cores()),
                true);
    }

    private Passed run(Validators validators, OrderLoad load, Pace pace)
            throws IOException, InterruptedException {
        ProcessorTime before = ProcessorTime.of(validators);
        long start = load.run(pace, options.measured());
        return Passed.since(start, before, validators);
    }

    private void settings(Map<String, Object> json) {
        json.put("validators", VALIDATORS);
        json.put("dead", options.dead());
        json.put("layout", options.processes() ? "a process each" : "one JVM");
        json.put("rate", options.pace().rate());
        json.put("batch", options.pace().batch());
        json.put("seconds", options.measured().toSeconds());
    }

    private static Report withFloor(Report report, Latencies force, Latencies floor) {
        Map<String, Object> json = new LinkedHashMap<>(report.json());
        json.put("floor_ms", floor.json());
        List<String> lines = new ArrayList<>(report.lines());
        lines.add("floor         " + floor + "  (3 hops + 3 forces)");
        lines.add("one force     " + force);
        if (json.get("finality_ms") instanceof Map<?, ?> finality
                && finality.get("p50") instanceof Double half
                && finality.get("p99") instanceof Double most) {
            double p50 = Math.round(10 * half / floor.millis(0.5)) / 10.0;
            double p99 = Math.round(10 * most / floor.millis(0.99)) / 10.0;
            json.put("ratio_p50", p50);
            json.put("ratio_p99", p99);
            lines.add("ratio         p50 " + p50 + "  p99 " + p99);
        }
        return new Report(json, lines, report.whole());
    }

    /// What a stretch of time cost.
    ///
    /// @param start      its begin, by the clock of `System.nanoTime`
    /// @param nanos      its length
    /// @param own        cores that this JVM used
    /// @param validators cores that the validators' processes used
    /// @param database   cores that PostgreSQL used
    private record Passed(long start, long nanos, double own, double validators, double database) {
        static Passed since(long start, ProcessorTime before, Validators validators)
                throws IOException {
            ProcessorTime used = ProcessorTime.of(validators).since(before);
            long nanos = System.nanoTime() - start;
            return new Passed(start, nanos, used.own().toNanos() / (double) nanos,
                    used.validators().toNanos() / (double) nanos,
                    used.database().toNanos() / (double) nanos);
        }

        Map<String, Object> cores() {
            Map<String, Object> cores = new LinkedHashMap<>();
            cores.put("this_jvm", rounded(own));
            cores.put("validator_processes", rounded(validators));
            cores.put("postgresql", rounded(database));
            return cores;
        }

        private static double rounded(double cores) {
            return Math.round(cores * 1000) / 1000.0;
        }
    }

    /// What became final of that which was to be submitted in a stretch of time, and the blocks
    /// seen in it.
    private record Window(Latencies latencies, double finalPerSecond, int blocks, long laterRounds,
            double meanIntervalMillis) {
        static Window of(OrderLoad load, long start, long end) {
            Latencies latencies = Latencies.of(load.finals().stream()
                    .filter(one -> one.intendedNanos() >= start && one.intendedNanos() <= end)
                    .mapToLong(one -> one.latencyNanos()));
            long commitments = load.finals().stream()
                    .filter(one -> one.finalNanos() >= start && one.finalNanos() <= end)
                    .mapToLong(one -> one.commitments()).sum();
            var blocks = load.blocks().stream()
                    .filter(block -> block.seenNanos() >= start && block.seenNanos() <= end)
                    .toList();
            long rounds = blocks.stream().filter(block -> block.round() > 0).count();
            double interval = blocks.size() < 2
                    ? 0
                    : (blocks.getLast().seenNanos() - blocks.getFirst().seenNanos()) / 1e6
                            / (blocks.size() - 1);
            return new Window(latencies, commitments / ((end - start) / NANOS), blocks.size(),
                    rounds, interval);
        }

        void blocks(Map<String, Object> json) {
            json.put("blocks", blocks);
            json.put("block_interval_ms", Math.round(meanIntervalMillis * 100) / 100.0);
            json.put("blocks_of_later_rounds", laterRounds);
        }

        String line() {
            return String.format(Locale.ROOT,
                    "blocks        %d, one each %.1f ms, %d of a round over 0", blocks,
                    meanIntervalMillis, laterRounds);
        }
    }
}
