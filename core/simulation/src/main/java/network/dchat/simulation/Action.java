package network.dchat.simulation;

import java.util.List;
import java.util.function.LongFunction;

/// What a node asks the simulated world to do: an adapter maps each effect of its core to one or
/// more of these.
///
/// They are carried out in list order, and lists in input order. Whatever follows a [Persist], in
/// its own list or in a later one, waits until it is durable; only [Unconditional] ones overtake.
/// A later [Persist] is written at once, so that one force serves many, but it never becomes
/// durable before an earlier one.
///
/// @param <M> what travels between nodes; immutable, with a `toString` that says what it is
/// @param <I> the core's own input
public sealed interface Action<M, I> {
    /// Writes to the node's disk, as one unit.
    record Persist<M, I>(List<Write> writes) implements Action<M, I> {
        public Persist {
            writes = List.copyOf(writes);
            if (writes.isEmpty()) {
                throw new IllegalArgumentException("writes: none (expected: 1 or more)");
            }
        }
    }

    /// Looks something up on the node's disk; the answer comes back as an input.
    record Read<M, I>(ReadAnswer<I> answer) implements Action<M, I> {
        @Override
        public String toString() {
            return "Read";
        }
    }

    /// Sends a message to a node, itself included. Nobody is told what becomes of it.
    record Send<M, I>(String to, M message) implements Action<M, I> {}

    /// Asks a node and is answered exactly once: by its reply or by a failure.
    record Call<M, I>(String to, M request, long timeoutMillis,
            CallAnswer<M, I> answer) implements Action<M, I> {
        public Call {
            if (timeoutMillis < 1) {
                throw new IllegalArgumentException(
                        "timeoutMillis: " + timeoutMillis + " (expected: 1 or more)");
            }
        }

        @Override
        public String toString() {
            return "Call[" + to + ", " + request + "]";
        }
    }

    /// Answers a call that [Machine#called] was given.
    record Reply<M, I>(Caller caller, M response) implements Action<M, I> {}

    /// Feeds an input after a delay. A timer that is set again under the same id is replaced.
    record SetTimer<M, I>(Object id, long delayMillis,
            LongFunction<I> elapsed) implements Action<M, I> {
        @Override
        public String toString() {
            return "SetTimer[" + id + ", " + delayMillis + " ms]";
        }
    }

    /// Feeds an input when the node's own clock shows a time.
    record SetTimerAt<M, I>(Object id, long atMillis,
            LongFunction<I> elapsed) implements Action<M, I> {
        @Override
        public String toString() {
            return "SetTimerAt[" + id + ", " + atMillis + " ms]";
        }
    }

    /// Forgets a timer; nothing happens when there is none.
    record CancelTimer<M, I>(Object id) implements Action<M, I> {}

    /// Feeds an input to the same node after a delay, 0 included: `[persist, feed(Stored)]`.
    record Feed<M, I>(long delayMillis, LongFunction<I> input) implements Action<M, I> {
        public Feed {
            if (delayMillis < 0) {
                throw new IllegalArgumentException(
                        "delayMillis: " + delayMillis + " (expected: 0 or more)");
            }
        }

        @Override
        public String toString() {
            return "Feed[" + delayMillis + " ms]";
        }
    }

    /// Tells the test what happened: a decision, a delivery, an answer to a client.
    record Observe<M, I>(Object observation) implements Action<M, I> {}

    /// Stops the node for good, as a core does that found itself wrong.
    record Stop<M, I>(String reason) implements Action<M, I> {}

    /// Carries out at once an action that promises nothing and so need not wait for the disk.
    record Unconditional<M, I>(Action<M, I> action) implements Action<M, I> {
        public Unconditional {
            if (action instanceof Persist || action instanceof Unconditional) {
                throw new IllegalArgumentException(
                        "action: " + action + " (expected: neither Persist nor Unconditional)");
            }
        }
    }

    static <M, I> Action<M, I> persist(Write... writes) {
        return new Persist<>(List.of(writes));
    }

    static <M, I> Action<M, I> persist(List<Write> writes) {
        return new Persist<>(writes);
    }

    /// Persists one record at the end of a log.
    static <M, I> Action<M, I> append(String log, byte[] content) {
        return persist(Write.append(log, content));
    }

    /// Persists a file's new content.
    static <M, I> Action<M, I> replace(String file, byte[] content) {
        return persist(Write.replace(file, content));
    }

    static <M, I> Action<M, I> read(ReadAnswer<I> answer) {
        return new Read<>(answer);
    }

    static <M, I> Action<M, I> send(String to, M message) {
        return new Send<>(to, message);
    }

    static <M, I> Action<M, I> call(String to, M request, long timeoutMillis,
            CallAnswer<M, I> answer) {
        return new Call<>(to, request, timeoutMillis, answer);
    }

    static <M, I> Action<M, I> reply(Caller caller, M response) {
        return new Reply<>(caller, response);
    }

    static <M, I> Action<M, I> setTimer(Object id, long delayMillis, LongFunction<I> elapsed) {
        return new SetTimer<>(id, delayMillis, elapsed);
    }

    static <M, I> Action<M, I> setTimerAt(Object id, long atMillis, LongFunction<I> elapsed) {
        return new SetTimerAt<>(id, atMillis, elapsed);
    }

    static <M, I> Action<M, I> cancelTimer(Object id) {
        return new CancelTimer<>(id);
    }

    /// Feeds an input at once, in its turn.
    static <M, I> Action<M, I> feed(LongFunction<I> input) {
        return new Feed<>(0, input);
    }

    static <M, I> Action<M, I> feed(long delayMillis, LongFunction<I> input) {
        return new Feed<>(delayMillis, input);
    }

    static <M, I> Action<M, I> observe(Object observation) {
        return new Observe<>(observation);
    }

    static <M, I> Action<M, I> stop(String reason) {
        return new Stop<>(reason);
    }

    static <M, I> Action<M, I> unconditional(Action<M, I> action) {
        return new Unconditional<>(action);
    }
}
