package network.dchat.mesh;

import java.util.HashMap;
import java.util.Map;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// The lists and gets under way, by their callers' numbers.
final class Reads {
    /// A list or get.
    interface Operation {
        /// Begins; may end at once.
        void begin(long nowMillis);

        /// The caller took a stripe.
        void consumed(long nowMillis);

        /// Ends without an answer.
        void abandon();
    }

    private final Desk desk;
    /// Looked up by number and never walked through.
    private final Map<Long, Operation> running = new HashMap<>();

    Reads(Desk desk) {
        this.desk = desk;
    }

    void list(Input.List list) {
        begin(list.operation(), list.nowMillis(), new ListOperation(desk, this, list));
    }

    void get(Input.Get get) {
        begin(get.operation(), get.nowMillis(), new GetOperation(desk, this, get));
    }

    void consumed(Input.StripeConsumed consumed) {
        Operation operation = running.get(consumed.operation());
        if (operation != null) {
            operation.consumed(consumed.nowMillis());
        }
    }

    void cancel(Input.Cancel cancel) {
        Operation operation = running.remove(cancel.operation());
        if (operation != null) {
            operation.abandon();
        }
    }

    /// Ends an operation with its last effect.
    void end(long operation, Effect last) {
        running.remove(operation);
        desk.outbox().add(last);
    }

    void fail(long operation, RejectionCode code, String reason) {
        end(operation, new Effect.ReadFailed(operation, new Rejection(code, reason)));
    }

    private void begin(long number, long nowMillis, Operation operation) {
        if (running.containsKey(number)) {
            throw new IllegalStateException(
                    "operation: " + number + " runs (expected: a number that no read has)");
        }
        if (running.size() >= desk.limits().maximumReads()) {
            desk.outbox().add(new Effect.ReadFailed(number,
                    new Rejection(RejectionCode.OVERLOADED, running.size() + " reads")));
            return;
        }
        running.put(number, operation);
        operation.begin(nowMillis);
    }
}
