package network.dchat.simulation;

import java.time.Duration;

/// How the links behave. A link keeps the order of its messages except for those that
/// `reordering` picks, which are delayed by up to ten times the jitter and overtaken.
///
/// @param latency the latency matrix
/// @param jitter what is added to a message's latency, at most
/// @param loss share of messages lost, 0 to 1
/// @param duplication share of messages that arrive twice, 0 to 1
/// @param reordering share of messages that leave the order, 0 to 1
public record NetworkSettings(Latency latency, Duration jitter, double loss, double duplication,
        double reordering) {
    public NetworkSettings {
        Checks.notNegative("jitter", jitter);
        Checks.rate("loss", loss);
        Checks.rate("duplication", duplication);
        Checks.rate("reordering", reordering);
    }

    /// One machine room: 0.1 to 0.3 ms, nothing lost.
    public static NetworkSettings local() {
        return new NetworkSettings(
                Latency.drawn(Duration.ofNanos(100_000), Duration.ofNanos(300_000)),
                Duration.ofNanos(50_000), 0, 0, 0);
    }

    /// Several regions: 10 to 100 ms with 5 ms of jitter, nothing lost.
    public static NetworkSettings wideArea() {
        return new NetworkSettings(Latency.drawn(Duration.ofMillis(10), Duration.ofMillis(100)),
                Duration.ofMillis(5), 0, 0, 0);
    }

    /// Settings drawn from the seed: each kind of trouble is there in about half of the draws.
    public static NetworkSettings swarm(Generator random) {
        Duration longest = random.duration(Duration.ofMillis(1), Duration.ofMillis(100));
        return new NetworkSettings(Latency.drawn(Duration.ofNanos(100_000), longest),
                random.duration(Duration.ofNanos(1_000), Duration.ofMillis(10)),
                random.swarmRate(0.2), random.swarmRate(0.1), random.swarmRate(0.3));
    }

    public NetworkSettings withLatency(Latency matrix) {
        return new NetworkSettings(matrix, jitter, loss, duplication, reordering);
    }

    public NetworkSettings withJitter(Duration most) {
        return new NetworkSettings(latency, most, loss, duplication, reordering);
    }

    public NetworkSettings withLoss(double share) {
        return new NetworkSettings(latency, jitter, share, duplication, reordering);
    }

    public NetworkSettings withDuplication(double share) {
        return new NetworkSettings(latency, jitter, loss, share, reordering);
    }

    public NetworkSettings withReordering(double share) {
        return new NetworkSettings(latency, jitter, loss, duplication, share);
    }
}
