package network.dchat.testnet.house.breach.mailbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// A core machine is a function of its inputs: these are not.
public final class SeesTheWorld {
    private SeesTheWorld() {}

    /// Calls the clock.
    public static final class Clock {
        /// The time.
        public long now() {
            return System.currentTimeMillis();
        }
    }

    /// Hands the clock over without calling it.
    public static final class NamedClock {
        /// The time, later.
        public LongSupplier now() {
            return System::nanoTime;
        }
    }

    /// Asks the calendar.
    public static final class Calendar {
        /// The time.
        public Instant now() {
            return Instant.now();
        }
    }

    /// Starts a thread.
    public static final class Starter {
        /// Runs it aside.
        public void run(Runnable task) {
            Thread.ofVirtual().start(task);
        }
    }

    /// Draws from the JDK's oldest generator.
    public record Draws(Random random) {}

    /// Draws from a generator without a seed.
    public static final class DrawsUnseeded {
        /// A number.
        public long next() {
            return new SplittableRandom().nextLong();
        }
    }

    /// Makes a name that no seed repeats.
    public static final class Names {
        /// A name.
        public String next() {
            return UUID.randomUUID().toString();
        }
    }

    /// Shuffles as it likes.
    public static final class Shuffles {
        /// The same items in another order.
        public List<String> shuffle(List<String> items) {
            List<String> copy = new ArrayList<>(items);
            Collections.shuffle(copy);
            return copy;
        }
    }

    /// Looks at the disk.
    public static final class Reads {
        /// Whether it is there.
        public boolean exists(Path path) {
            return Files.exists(path);
        }
    }

    /// Waits for another thread.
    public record Locks(ReentrantLock lock) {}

    /// Answers some time.
    public record Promises(CompletableFuture<String> answer) {}

    /// Depends on how it was started.
    public static final class Surroundings {
        /// What the operator set.
        public String home() {
            return String.valueOf(System.getenv("HOME"));
        }
    }

    /// Opens a connection.
    public record Connects(java.net.Socket socket) {}
}
