package network.dchat.testnet.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C and SIGTERM while a command works: its thread is interrupted, and the process ends when
/// it has put away what it used.
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 90;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;

    private Interruption(Runnable asked) {
        hook = Thread.ofPlatform().unstarted(() -> {
            asked.run();
            awaitDone();
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Interrupts this thread when the process is asked to end.
    static Interruption ofThisThread() {
        return new Interruption(Thread.currentThread()::interrupt);
    }

    private void awaitDone() {
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Console.message("dchat: not put away after " + PATIENCE_SECONDS + " s");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The work is done; the process may end.
    @Override
    public void close() {
        done.countDown();
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process ends already, and the hook was waiting for this.
            done.countDown();
        }
    }
}
