package network.dchat.relay;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.Input;
import network.dchat.starter.loop.CoreLoop;
import org.jspecify.annotations.Nullable;

/// The door to the mailbox machine for all adapters. Inputs are stamped with the machine's life,
/// so that an answer to a machine that was rebuilt meanwhile is not taken for an answer to its
/// successor.
public final class RelayInbox {
    private static final long PAUSE_NANOS = 2_000_000;

    private final InstantSource clock;
    private volatile @Nullable CoreLoop<Stamped, Effect> loop;
    private final AtomicInteger life = new AtomicInteger();

    /// An input and the life of the machine for which it was made.
    public record Stamped(Input input, int life) {}

    /// An inbox that refuses everything until it is opened.
    public RelayInbox(InstantSource clock) {
        this.clock = clock;
    }

    /// Lets inputs through to a loop.
    void open(CoreLoop<Stamped, Effect> to) {
        loop = to;
    }

    /// Refuses everything from now on.
    void shut() {
        loop = null;
    }

    /// A machine begins: what was made for earlier ones is dropped.
    int nextLife() {
        return life.incrementAndGet();
    }

    /// The life of the machine now, to be kept with a question.
    public int life() {
        return life.get();
    }

    /// The time, for inputs.
    public long now() {
        return clock.millis();
    }

    /// Takes an input from outside, or answers `false` when there is no room.
    public boolean offer(Input input) {
        CoreLoop<Stamped, Effect> to = loop;
        return to != null && to.offer(new Stamped(input, life()));
    }

    /// Takes an input from outside, waiting for room; `false` when there was none for all that
    /// time. Called on virtual threads only.
    public boolean offerPatiently(Input input, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!offer(input)) {
            if (System.nanoTime() >= end || loop == null
                    || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /// Takes the answer to a question that was asked in a life.
    public void answer(Input input, int asked) {
        CoreLoop<Stamped, Effect> to = loop;
        if (to != null) {
            to.answer(new Stamped(input, asked));
        }
    }

    /// Takes news that must not be lost.
    public void tell(Input input) {
        answer(input, life());
    }
}
