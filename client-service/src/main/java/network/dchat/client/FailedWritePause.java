package network.dchat.client;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Holds a writer for a second whose write failed: a core is built again from its store at once, so
/// a full disk would otherwise keep it busy with nothing else.
final class FailedWritePause {
    private static final long PAUSE_MILLIS = 1_000;

    private final CountDownLatch stopped = new CountDownLatch(1);

    /// A write.
    @FunctionalInterface
    interface Write {
        void run() throws IOException;
    }

    /// Does a write; one that fails is thrown on after the pause.
    void write(Write write) throws IOException {
        try {
            write.run();
        } catch (IOException e) {
            hold();
            throw e;
        }
    }

    /// Holds nobody any more.
    void stop() {
        stopped.countDown();
    }

    private void hold() {
        try {
            boolean _ = stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
