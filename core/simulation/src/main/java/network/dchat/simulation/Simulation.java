package network.dchat.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// A whole network of machines in one thread and in virtual time. The same seed and the same calls
/// give the same run, to the last line of the trace.
///
/// Whatever goes wrong in a run (a broken invariant, an exception of a machine, a goal missed, too
/// many events) is thrown as a [SimulationFailure] that names the command which replays it.
///
/// @param <M> what travels between nodes
/// @param <I> the core's own input
public final class Simulation<M, I> {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private record Invariant(String name, Runnable check) {}

    private final Seed seed;
    private final SimulationSettings settings;
    private final Kernel kernel;
    private final Network<M> network;
    private final List<Node<M, I>> nodes = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, Node<M, I>> byName = new HashMap<>();
    private final List<Invariant> invariants = new ArrayList<>();
    private final List<Observer> observers = new ArrayList<>();

    /// An empty world at 2026-01-01T00:00:00Z.
    public Simulation(Seed seed, SimulationSettings settings) {
        this.seed = seed;
        this.settings = settings;
        int traceLines = Integer.getInteger("simulation.trace", settings.traceLines());
        Checks.range("simulation.trace", traceLines, 1, SimulationSettings.MOST_TRACE_LINES);
        kernel = new Kernel(seed.value(), traceLines);
        network = new Network<>(kernel, settings);
        seed.opened(this);
    }

    /// Adds a node and starts it as the next event.
    public void add(String node, MachineFactory<M, I> factory) {
        Node<M, I> added = new Node<>(node, nodes.size(), factory, kernel, network, settings,
                this::observed);
        if (byName.putIfAbsent(node, added) != null) {
            throw new IllegalArgumentException("node: " + node + " (expected: a new name)");
        }
        nodes.add(added);
        names.add(node);
        network.join(added);
        added.restart(0);
    }

    /// The names of all nodes in the order in which they were added.
    public List<String> nodes() {
        return Collections.unmodifiableList(names);
    }

    /// Whether a node runs, be it hung.
    public boolean isUp(String node) {
        return node(node).life() > 0;
    }

    /// A running node's machine.
    public <T extends Machine<M, I>> Optional<T> machine(String node, Class<T> type) {
        return Optional.ofNullable(node(node).machine()).map(type::cast);
    }

    /// A node's disk; it outlives the node's crashes.
    public Disk disk(String node) {
        return node(node).disk();
    }

    public Network<M> network() {
        return network;
    }

    /// The draws of the test itself; they do not disturb those of the simulated world.
    public Generator random() {
        return kernel.testRandom();
    }

    /// Virtual time of an exact clock, epoch milliseconds.
    public long nowMillis() {
        return Node.EPOCH_MILLIS + kernel.now() / NANOS_PER_MILLI;
    }

    /// Nanoseconds since the simulation began.
    public long elapsedNanos() {
        return kernel.now();
    }

    /// How many events ran.
    public long events() {
        return kernel.events();
    }

    /// A hash of all trace lines but for their details: differs if any event did.
    public long fingerprint() {
        return kernel.trace().fingerprint();
    }

    /// Hands over every trace line from now on.
    public void traceTo(Consumer<String> reader) {
        kernel.trace().readBy(reader);
    }

    /// Does something in the test's name after a delay.
    public void after(long delayMillis, Runnable step) {
        kernel.schedule(delayMillis * NANOS_PER_MILLI, step);
    }

    /// Feeds an input to a node as its next event; lost if the node is down.
    public void feed(String node, LongFunction<I> input) {
        node(node).feed(input);
    }

    /// Crashes a node now. It stays down until it is restarted.
    public void crash(String node) {
        node(node).crash();
    }

    /// Crashes a node before it carries out its `count`th action from now (1: the next one), and
    /// restarts it after a time.
    public void crashBeforeAction(String node, long count, long downMillis) {
        Checks.range("count", count, 1, Long.MAX_VALUE);
        node(node).crashBeforeAction(count, downMillis);
    }

    /// Restarts a node after a delay; one that runs by then is left alone.
    public void restart(String node, long delayMillis) {
        node(node).restart(delayMillis);
    }

    /// Crashes a node and empties its disk. It stays down until it is restarted.
    public void wipe(String node) {
        node(node).wipe();
    }

    /// Lets a node do nothing until it resumes: what reaches it meanwhile waits.
    public void hang(String node) {
        node(node).hang();
    }

    public void resume(String node) {
        node(node).resume();
    }

    /// Lets random faults strike from now on.
    public void unleash(FaultPlan plan) {
        new Chaos(this, kernel, plan).begin();
    }

    /// Ends all faults: heals the network, resumes and restarts all nodes except those that stopped
    /// by themselves, lets disks work again.
    public void healAll() {
        network.heal();
        for (Node<M, I> node : nodes) {
            node.heal();
        }
    }

    /// Checks something after every event; the check throws when it does not hold.
    public void invariant(String name, Runnable check) {
        invariants.add(new Invariant(name, check));
    }

    /// Hears what nodes observe, at once.
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /// Runs for a time.
    public void runFor(long millis) {
        long end = kernel.now() + millis * NANOS_PER_MILLI;
        boolean more = true;
        while (more) {
            more = step(end);
        }
        kernel.advanceTo(end);
    }

    /// Runs until something is so; fails if it is not within a time.
    public void runUntil(String goal, long withinMillis, BooleanSupplier reached) {
        long end = kernel.now() + withinMillis * NANOS_PER_MILLI;
        while (!reached.getAsBoolean()) {
            if (!step(end)) {
                kernel.advanceTo(end);
                throw failure("goal missed within " + withinMillis + " ms: " + goal, null);
            }
        }
    }

    /// Runs until nothing is left to happen; fails if it is not within a time.
    public void runUntilIdle(long withinMillis) {
        runUntil("nothing left to happen", withinMillis, kernel::isIdle);
    }

    /// Fails the run in the test's name, with seed, trace and replay command.
    public SimulationFailure failure(String message) {
        return failure(message, null);
    }

    boolean isTroubled(String node) {
        return node(node).isTroubled();
    }

    String story() {
        return kernel.trace().story();
    }

    private boolean step(long untilNanos) {
        try {
            if (!kernel.step(untilNanos)) {
                return false;
            }
        } catch (SimulationFailure thrown) {
            throw thrown;
        } catch (RuntimeException | AssertionError | StackOverflowError thrown) {
            throw failure("an event threw " + thrown, thrown);
        }
        check();
        if (kernel.events() >= settings.maximumEvents()) {
            throw failure("runaway: " + kernel.events() + " events", null);
        }
        return true;
    }

    private void check() {
        for (int i = 0; i < invariants.size(); i++) {
            Invariant invariant = invariants.get(i);
            try {
                invariant.check.run();
            } catch (RuntimeException | AssertionError thrown) {
                throw failure("invariant \"" + invariant.name + "\" broken: " + thrown.getMessage(),
                        thrown);
            }
        }
    }

    private void observed(String node, Object observation) {
        for (Observer observer : observers) {
            observer.observe(node, observation);
        }
    }

    private SimulationFailure failure(String message, @Nullable Throwable cause) {
        return new SimulationFailure(message + "\nseed " + seed.value() + ", at "
                + Trace.milliseconds(kernel.now()) + ", event " + kernel.events() + "\nreplay: "
                + seed.replay() + "\n" + story(), cause);
    }

    private Node<M, I> node(String name) {
        Node<M, I> node = byName.get(name);
        if (node == null) {
            throw new IllegalArgumentException(
                    "node: " + name + " (expected: one of " + names + ")");
        }
        return node;
    }
}
