package network.dchat.simulation;

import java.time.Duration;

/// The latency matrix: asked once for each direction of each pair of nodes.
@FunctionalInterface
public interface Latency {
    /// The least time that a message takes. `random` is for matrices that are drawn.
    Duration between(String from, String to, Generator random);

    /// The same for all.
    static Latency uniform(Duration latency) {
        return (_, _, _) -> latency;
    }

    /// Drawn for each direction of each pair.
    static Latency drawn(Duration minimum, Duration maximum) {
        return (_, _, random) -> random.duration(minimum, maximum);
    }
}
