package network.dchat.storage;

import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import network.dchat.starter.loop.LoopTimers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forgets expired objects again and again.
final class ShardSweeper {
    private static final Logger LOG = LoggerFactory.getLogger(ShardSweeper.class);

    private final ShardStore store;
    private final InstantSource clock;
    private final AtomicBoolean sweeping = new AtomicBoolean();

    ShardSweeper(ShardStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    void start(StorageProperties properties, LoopTimers timers, String nodeName) {
        timers.every(properties.sweep(),
                () -> Thread.ofVirtual().name(nodeName + "-shard-sweep").start(this::sweep));
    }

    /// One turn; the next one makes up for one that failed.
    private void sweep() {
        if (!sweeping.compareAndSet(false, true)) {
            return;
        }
        try {
            store.sweep(clock.millis());
        } catch (IOException | RuntimeException e) {
            LOG.error("event=shard-sweep-failed", e);
        } finally {
            sweeping.set(false);
        }
    }
}
