package network.dchat.simulation;

import java.time.Duration;

/// The world of one simulation.
///
/// @param network how the links behave
/// @param disk how the disks behave
/// @param clockSkew how far a node's clock is off, at most, to either side
/// @param timerLateness how late a timer elapses, at most
/// @param noticeDelay after which time a node is told that another can or cannot be reached; zero:
///     nobody is told
/// @param maximumEvents after which number of events the simulation is taken for a runaway
/// @param traceLines how many last lines a failure shows; `-Dsimulation.trace=N` overrides it
public record SimulationSettings(NetworkSettings network, DiskSettings disk, Duration clockSkew,
        Duration timerLateness, Duration noticeDelay, long maximumEvents, int traceLines) {
    static final int MOST_TRACE_LINES = 1_000_000;

    public SimulationSettings {
        Checks.notNegative("clockSkew", clockSkew);
        Checks.notNegative("timerLateness", timerLateness);
        Checks.notNegative("noticeDelay", noticeDelay);
        Checks.range("maximumEvents", maximumEvents, 1, Long.MAX_VALUE);
        Checks.range("traceLines", traceLines, 1, MOST_TRACE_LINES);
    }

    /// A local network, fast disks, exact clocks, no notices, 20 million events, 60 lines.
    public static SimulationSettings defaults() {
        return new SimulationSettings(NetworkSettings.local(), DiskSettings.defaults(),
                Duration.ZERO, Duration.ZERO, Duration.ZERO, 20_000_000, 60);
    }

    /// Settings drawn from the seed: network, disk, clocks and timers.
    public static SimulationSettings swarm(Generator random) {
        Duration force = random.duration(Duration.ofNanos(50_000), Duration.ofMillis(20));
        DiskSettings disk = DiskSettings.defaults().withForce(Duration.ofNanos(50_000), force);
        return new SimulationSettings(NetworkSettings.swarm(random), disk,
                random.duration(Duration.ZERO, Duration.ofSeconds(2)),
                random.duration(Duration.ZERO, Duration.ofMillis(5)), Duration.ZERO, 20_000_000,
                60);
    }

    public SimulationSettings withNetwork(NetworkSettings links) {
        return new SimulationSettings(links, disk, clockSkew, timerLateness, noticeDelay,
                maximumEvents, traceLines);
    }

    public SimulationSettings withDisk(DiskSettings disks) {
        return new SimulationSettings(network, disks, clockSkew, timerLateness, noticeDelay,
                maximumEvents, traceLines);
    }

    public SimulationSettings withClockSkew(Duration most) {
        return new SimulationSettings(network, disk, most, timerLateness, noticeDelay,
                maximumEvents, traceLines);
    }

    public SimulationSettings withTimerLateness(Duration most) {
        return new SimulationSettings(network, disk, clockSkew, most, noticeDelay, maximumEvents,
                traceLines);
    }

    public SimulationSettings withNoticeDelay(Duration delay) {
        return new SimulationSettings(network, disk, clockSkew, timerLateness, delay, maximumEvents,
                traceLines);
    }

    public SimulationSettings withMaximumEvents(long events) {
        return new SimulationSettings(network, disk, clockSkew, timerLateness, noticeDelay, events,
                traceLines);
    }

    public SimulationSettings withTraceLines(int lines) {
        return new SimulationSettings(network, disk, clockSkew, timerLateness, noticeDelay,
                maximumEvents, lines);
    }
}
