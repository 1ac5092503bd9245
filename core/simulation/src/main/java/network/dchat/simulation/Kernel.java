package network.dchat.simulation;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The scheduler: virtual time, the events to come, and one random source per concern, all from
/// one seed. Events of the same time run in the order in which they were scheduled.
final class Kernel {
    private record Event(long time, long order, Runnable step) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> queue = new PriorityQueue<>(1024);
    private final Trace trace;
    private final Generator networkRandom;
    private final Generator diskRandom;
    private final Generator nodeRandom;
    private final Generator faultRandom;
    private final Generator testRandom;
    private long now;
    private long events;
    private long scheduled;

    Kernel(long seed, int traceLines) {
        SplittableRandom root = new SplittableRandom(seed);
        networkRandom = new Generator(root.split());
        diskRandom = new Generator(root.split());
        nodeRandom = new Generator(root.split());
        faultRandom = new Generator(root.split());
        testRandom = new Generator(root.split());
        trace = new Trace(traceLines);
    }

    void schedule(long delayNanos, Runnable step) {
        long time = now + Math.clamp(delayNanos, 0, Long.MAX_VALUE - now);
        queue.add(new Event(time, scheduled++, step));
    }

    /// Runs the next event if it is not later than `untilNanos`.
    boolean step(long untilNanos) {
        @Nullable
        Event next = queue.peek();
        if (next == null || next.time > untilNanos) {
            return false;
        }
        queue.remove();
        now = next.time;
        events++;
        next.step.run();
        return true;
    }

    /// Lets time pass to where no event is left before.
    void advanceTo(long nanos) {
        now = Math.max(now, nanos);
    }

    boolean isIdle() {
        return queue.isEmpty();
    }

    long now() {
        return now;
    }

    long events() {
        return events;
    }

    Trace trace() {
        return trace;
    }

    void trace(String verb, String node, @Nullable Object detail) {
        trace.add(this, verb, node, "", detail);
    }

    void fault(String verb, String node, @Nullable Object detail) {
        trace.addFault(this, verb, node, "", detail);
    }

    void trace(String verb, String node, String peer, @Nullable Object detail) {
        trace.add(this, verb, node, peer, detail);
    }

    Generator networkRandom() {
        return networkRandom;
    }

    Generator diskRandom() {
        return diskRandom;
    }

    Generator nodeRandom() {
        return nodeRandom;
    }

    Generator faultRandom() {
        return faultRandom;
    }

    Generator testRandom() {
        return testRandom;
    }
}
