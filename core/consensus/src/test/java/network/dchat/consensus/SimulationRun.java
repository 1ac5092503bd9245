package network.dchat.consensus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import network.dchat.simulation.Seed;

/// Runs many seeds of simulated validators: each a network of real cores in virtual time, with
/// faults of network, disks, clocks and processes, in most of them with a liar. Everything that
/// must always hold is checked after every event.
public final class SimulationRun {
    /// Failures after which a run gives up.
    public static final int MOST_FAILURES = 100;
    private static final int MOST_THREADS = 256;
    private static final String COMMAND = "./dchat simulate consensus --seeds 1 --from ";

    private final long first;
    private final long last;
    private final Listener listener;
    private final AtomicLong next;
    private final Map<World, Long> worlds = new EnumMap<>(World.class);
    private final List<Failure> failures = new ArrayList<>();
    private long seeds;
    private long blocks;

    /// Hears of each seed when it is over; called by one thread at a time.
    @FunctionalInterface
    public interface Listener {
        /// A seed is over.
        ///
        /// @param seed the seed that is over
        /// @param done how many seeds are over
        /// @param failure what did not hold; empty when all did
        void over(long seed, long done, Optional<Failure> failure);
    }

    /// A seed in which something did not hold.
    ///
    /// @param world the kind of network
    /// @param reason what did not hold, in a line
    /// @param story the last faults and events before it
    /// @param replay the command that runs it again
    public record Failure(long seed, String world, String reason, String story, String replay) {}

    /// What a run found.
    ///
    /// @param first the first seed
    /// @param seeds how many were run
    /// @param worlds how many of each kind of network
    /// @param blocks heights that all honest validators decided, over all seeds
    /// @param failures the seeds that failed, at most [#MOST_FAILURES]
    public record Summary(long first, long seeds, Map<String, Long> worlds, long blocks,
            List<Failure> failures) {}

    private SimulationRun(long first, long count, Listener listener) {
        this.first = first;
        this.last = Math.addExact(first, count - 1);
        this.listener = listener;
        this.next = new AtomicLong(first);
    }

    /// Runs seeds, as many at a time as there are threads.
    ///
    /// @param first the first seed
    /// @param count how many, 1 or more
    /// @param threads 1 to 256
    /// @throws InterruptedException when the caller is interrupted; the seeds under way end
    public static Summary run(long first, long count, int threads, Listener listener)
            throws InterruptedException {
        ConsensusLimits.requireRange("seeds", count, 1, Integer.MAX_VALUE);
        ConsensusLimits.requireRange("threads", threads, 1, MOST_THREADS);
        SimulationRun run = new SimulationRun(first, count, listener);
        try (ExecutorService workers = Executors.newFixedThreadPool(threads,
                Thread.ofPlatform().name("simulation-", 0).factory())) {
            List<Future<?>> working = new ArrayList<>();
            for (int worker = 0; worker < threads; worker++) {
                working.add(workers.submit(run::work));
            }
            for (Future<?> each : working) {
                each.get();
            }
        } catch (ExecutionException broken) {
            throw new IllegalStateException("simulation: cannot go on", broken.getCause());
        }
        return run.summary();
    }

    /// The kind of network that a seed is run in.
    static World world(long seed) {
        World[] all = World.values();
        return all[Math.floorMod(seed, all.length)];
    }

    private void work() {
        long seed = next.getAndIncrement();
        while (seed <= last && seed >= first && !isHopeless()) {
            run(seed);
            seed = next.getAndIncrement();
        }
    }

    private void run(long number) {
        World world = world(number);
        try {
            over(number, world, world.run(Seed.of(number)).height(), Optional.empty());
        } catch (RuntimeException | AssertionError broken) {
            String story = String.valueOf(broken.getMessage());
            over(number, world, 0, Optional.of(new Failure(number, world.name(),
                    story.lines().findFirst().orElse(story), story, COMMAND + number)));
        }
    }

    private synchronized void over(long seed, World world, long height, Optional<Failure> failure) {
        seeds++;
        blocks += height;
        worlds.merge(world, 1L, Long::sum);
        failure.filter(_ -> !isHopeless()).ifPresent(failures::add);
        listener.over(seed, seeds, failure);
    }

    private synchronized boolean isHopeless() {
        return failures.size() >= MOST_FAILURES || Thread.currentThread().isInterrupted();
    }

    private synchronized Summary summary() {
        Map<String, Long> names = new LinkedHashMap<>();
        worlds.forEach((world, count) -> names.put(world.name(), count));
        return new Summary(first, seeds, Collections.unmodifiableMap(names), blocks,
                List.copyOf(failures));
    }
}
