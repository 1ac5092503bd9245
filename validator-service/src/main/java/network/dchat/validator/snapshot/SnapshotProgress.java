package network.dchat.validator.snapshot;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.dchat.starter.status.ProgressCheck;

/// How far the fetching of a state is, for operators. For many threads.
public final class SnapshotProgress implements ProgressCheck {
    private volatile Optional<At> at = Optional.empty();

    /// Shows itself in a registry.
    public SnapshotProgress(MeterRegistry meters) {
        Gauge.builder("dchat.snapshot.chunks.fetched", () -> at.map(At::done).orElse(0))
                .register(meters);
        Gauge.builder("dchat.snapshot.chunks.total", () -> at.map(At::total).orElse(0))
                .register(meters);
        Gauge.builder("cometbft.statesync.syncing", () -> at.isPresent() ? 1 : 0).register(meters);
    }

    /// @param doing for people
    /// @param height of the state; 0 while none is chosen
    private record At(String doing, long height, int done, int total) {}

    /// No state is fetched, or not any more.
    void none() {
        at = Optional.empty();
    }

    /// No chunks are fetched, but something else is done.
    void does(String doing, long height) {
        at = Optional.of(new At(doing, height, 0, 0));
    }

    /// Chunks are fetched.
    void chunks(long height, int done, int total) {
        at = Optional.of(new At("fetches chunks", height, done, total));
    }

    /// What goes on, by name; empty while no state is fetched.
    public Optional<Map<String, Object>> describe() {
        return at.map(now -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("doing", now.doing);
            row.put("height", now.height);
            row.put("chunks", now.done);
            row.put("chunks_total", now.total);
            return row;
        });
    }

    @Override
    public String part() {
        return "snapshot";
    }

    @Override
    public Optional<String> blockedBy() {
        return at.map(now -> now.total > 0
                ? now.done + " of " + now.total + " chunks of height " + now.height
                : now.doing);
    }
}
