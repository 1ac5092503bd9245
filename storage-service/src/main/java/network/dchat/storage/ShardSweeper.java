package network.dchat.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import network.dchat.starter.loop.LoopTimers;

/// Forgets expired objects again and again.
final class ShardSweeper {
    private final ShardStore store;
    private final InstantSource clock;

    ShardSweeper(ShardStore store, StorageProperties properties, LoopTimers timers,
            InstantSource clock) {
        this.store = store;
        this.clock = clock;
        timers.every(properties.sweep(),
                () -> Thread.ofVirtual().name("shard-sweep").start(this::sweep));
    }

    private void sweep() {
        try {
            store.sweep(clock.millis());
        } catch (IOException e) {
            throw new UncheckedIOException("expired shards could not be forgotten", e);
        }
    }
}
