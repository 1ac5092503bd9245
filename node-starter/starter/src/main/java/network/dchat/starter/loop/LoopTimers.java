package network.dchat.starter.loop;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The timers of one node: one thread that only hands inputs to loops.
public final class LoopTimers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopTimers.class);

    private final ScheduledThreadPoolExecutor executor;

    /// Timers whose thread carries the node's name.
    public LoopTimers(String nodeName) {
        this.executor = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name(nodeName + "-timers").factory());
        this.executor.setRemoveOnCancelPolicy(true);
    }

    /// Runs an action once after a delay; nothing happens when the node has stopped by then.
    public void after(Duration delay, Runnable action) {
        try {
            Future<?> _ = executor.schedule(() -> guarded(action), delay.toNanos(),
                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            return;
        }
    }

    /// Runs an action again and again, a delay apart, until the node stops.
    public void every(Duration delay, Runnable action) {
        try {
            Future<?> _ = executor.scheduleWithFixedDelay(() -> guarded(action), delay.toNanos(),
                    delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            return;
        }
    }

    /// An action that fails leaves the others alone, and its own next turn where it is periodic.
    private static void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("event=timed-action-failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
