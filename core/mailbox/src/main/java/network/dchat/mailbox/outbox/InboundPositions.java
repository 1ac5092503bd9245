package network.dchat.mailbox.outbox;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.mailbox.outbox.Change.Table;
import network.dchat.wire.v1.InboundRow;

/// Received messages whose place in the order is not known so far: any relay is asked for it.
final class InboundPositions {
    private static final int MAXIMUM_AWAITED = 10_000;

    private final OutboxLimits limits;
    private final Relays relays;
    private final Map<OrderCommitment, Awaited> awaited = new LinkedHashMap<>();

    /// One received message.
    private static final class Awaited {
        private final MessageId id;
        private final long expiresAtMillis;
        private long dueMillis;
        private int questions;

        Awaited(MessageId id, long expiresAtMillis) {
            this.id = id;
            this.expiresAtMillis = expiresAtMillis;
        }
    }

    InboundPositions(OutboxLimits limits, Relays relays) {
        this.limits = limits;
        this.relays = relays;
    }

    int size() {
        return awaited.size();
    }

    void await(OrderCommitment commitment, MessageId id, long expiresAtMillis, Turn turn) {
        Awaited added = new Awaited(id, expiresAtMillis);
        awaited.put(commitment, added);
        if (awaited.size() > MAXIMUM_AWAITED) {
            awaited.remove(awaited.keySet().iterator().next());
        }
        ask(commitment, added, turn);
    }

    void restore(MessageId id, InboundRow row) {
        OrderCommitment.parse(row.getCommitment()).ifPresent(
                commitment -> awaited.put(commitment, new Awaited(id, row.getExpiresAt())));
    }

    /// A batch is in a block: all received messages in it have their place.
    void ordered(ChainTrust.Ordered ordered, Turn turn) {
        for (int index = 0; index < ordered.commitments().size(); index++) {
            Awaited found = awaited.remove(ordered.commitments().get(index));
            if (found != null) {
                turn.change(new Change.Put(Table.INBOUND, found.id, InboundRow.newBuilder()
                        .setExpiresAt(found.expiresAtMillis).build().toByteString()));
                OrderPosition position = new OrderPosition(ordered.height(), ordered.transaction(),
                        index);
                turn.change(new Change.Placed(found.id, position));
                turn.effect(new Effect.ShowPosition(found.id, position));
            }
        }
    }

    /// Asks again what was not answered.
    void sweep(Turn turn) {
        Iterator<Map.Entry<OrderCommitment, Awaited>> each = awaited.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<OrderCommitment, Awaited> entry = each.next();
            if (entry.getValue().expiresAtMillis <= turn.now()) {
                each.remove();
            } else if (entry.getValue().dueMillis <= turn.now()) {
                ask(entry.getKey(), entry.getValue(), turn);
            }
        }
    }

    private void ask(OrderCommitment commitment, Awaited waiting, Turn turn) {
        List<PeerId> attached = relays.attached();
        if (!attached.isEmpty()) {
            turn.ask(attached.get(waiting.questions % attached.size()), commitment);
            waiting.questions++;
            waiting.dueMillis = turn.now() + Math.min(limits.longestPauseMillis(),
                    limits.finalMillis() << Math.min(waiting.questions, 10));
        }
    }
}
