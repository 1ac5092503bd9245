package network.dchat.validator.snapshot;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Says that the node stops, and lets others wait a while unless it does. For many threads.
final class StopSignal {
    private final CountDownLatch stopped = new CountDownLatch(1);

    /// The node stops.
    void stop() {
        stopped.countDown();
    }

    boolean isGiven() {
        return stopped.getCount() == 0;
    }

    /// Waits, at most until the node stops.
    void pause(Duration duration) throws InterruptedException {
        boolean _ = stopped.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }
}
