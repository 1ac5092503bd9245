package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.mailbox.FeedKind;
import network.dchat.mailbox.Mailbox;
import network.dchat.mailbox.outbox.Change.Table;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.InboundRow;
import network.dchat.wire.v1.MailboxEntry;
import network.dchat.wire.v1.RejectionCode;

/// Messages that come in, usually from three relays at once.
///
/// | state of a message | left when |
/// |---|---|
/// | arrived | handed to the application, some at a time; copies from other relays wait along |
/// | opening | the application has it durably: its id is kept, its receipt is made |
/// | known | every relay is told so, as soon as all earlier ones of that relay are known too |
final class Receiving {
    private final OutboxKeys keys;
    private final OutboxLimits limits;
    private final Receipts receipts;
    private final InboundPositions positions;
    /// Known messages and when they expire.
    private final Map<MessageId, Long> known = new LinkedHashMap<>();
    private final Map<MessageId, Arrived> opening = new LinkedHashMap<>();
    private final Deque<Arrived> waiting = new ArrayDeque<>();
    private final Map<PeerId, Deque<Pending>> sessions = new HashMap<>();
    private int handedOver;

    /// A message that is not known yet, and who delivered it, first ones first.
    private static final class Arrived {
        private final MessageId id;
        private final Envelope envelope;
        private final Set<PeerId> relays = new LinkedHashSet<>();

        Arrived(MessageId id, Envelope envelope) {
            this.id = id;
            this.envelope = envelope;
        }
    }

    /// What a relay delivered in this connection and was not told about.
    private record Pending(long sequence, Optional<MessageId> id) {}

    Receiving(OutboxKeys keys, OutboxLimits limits, Receipts receipts, InboundPositions positions) {
        this.keys = keys;
        this.limits = limits;
        this.receipts = receipts;
        this.positions = positions;
    }

    void restore(MessageId id, ByteString bytes) {
        try {
            InboundRow row = InboundRow.parseFrom(bytes);
            known.put(id, row.getExpiresAt());
            positions.restore(id, row);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("inbound row " + id + ": broken", broken);
        }
    }

    int known() {
        return known.size();
    }

    /// A connection begins: what an earlier one delivered will come again.
    void attached(PeerId relay) {
        sessions.put(relay, new ArrayDeque<>());
    }

    void detached(PeerId relay) {
        sessions.remove(relay);
    }

    /// A relay delivers messages.
    void receive(PeerId relay, List<MailboxEntry> entries, Turn turn) {
        Deque<Pending> session = sessions.get(relay);
        if (session == null) {
            return;
        }
        for (MailboxEntry entry : entries) {
            Optional<MessageId> id = entry.getEnvelope().getRecipient()
                    .equals(keys.address().bytes())
                            ? MessageId.of(keys.network(), entry.getEnvelope())
                            : Optional.empty();
            if (id.isEmpty()) {
                turn.effect(new Effect.Blame(relay,
                        new Rejection(RejectionCode.INVALID, "mailbox entry: for another user")
                                .toWire()));
            }
            session.add(new Pending(entry.getSequence(), id));
            id.ifPresent(message -> arrived(relay, message, entry.getEnvelope(), turn));
        }
        advance(relay, turn);
    }

    /// The application has the message.
    void opened(MessageId id, Optional<ReceiptMaterial> material, Turn turn) {
        Arrived arrived = opening.remove(id);
        if (arrived == null) {
            return;
        }
        handedOver--;
        InboundRow.Builder row = InboundRow.newBuilder()
                .setExpiresAt(arrived.envelope.getExpiresAt());
        if (material.isPresent()) {
            Opening opened = Opening.of(id, material.get().secret());
            row.setCommitment(opened.commitment().bytes());
            receipts.make(id, opened.commitment(), material.get(), List.copyOf(arrived.relays),
                    turn);
            positions.await(opened.commitment(), id, arrived.envelope.getExpiresAt(), turn);
        }
        turn.change(new Change.Put(Table.INBOUND, id, row.build().toByteString()));
        known.put(id, arrived.envelope.getExpiresAt());
        forgetOldest(turn);
        handOver(turn);
        for (PeerId relay : arrived.relays) {
            advance(relay, turn);
        }
    }

    /// Forgets ids that no relay delivers any more.
    void sweep(Turn turn) {
        Iterator<Map.Entry<MessageId, Long>> each = known.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<MessageId, Long> entry = each.next();
            if (entry.getValue() + Mailbox.ID_MEMORY_MILLIS <= turn.now()) {
                each.remove();
                turn.change(new Change.Removed(Table.INBOUND, entry.getKey()));
            }
        }
    }

    private void arrived(PeerId relay, MessageId id, Envelope envelope, Turn turn) {
        if (known.containsKey(id)) {
            receipts.deliveredBy(id, relay);
            return;
        }
        Arrived arrived = opening.get(id);
        if (arrived == null) {
            arrived = new Arrived(id, envelope);
            opening.put(id, arrived);
            waiting.add(arrived);
        }
        arrived.relays.add(relay);
        handOver(turn);
    }

    private void handOver(Turn turn) {
        while (handedOver < limits.opening() && !waiting.isEmpty()) {
            Arrived next = waiting.remove();
            handedOver++;
            turn.effect(new Effect.Open(next.id, next.envelope, next.relays.iterator().next()));
        }
    }

    private void advance(PeerId relay, Turn turn) {
        Deque<Pending> session = sessions.get(relay);
        long through = 0;
        while (session != null && !session.isEmpty()
                && session.peek().id().map(known::containsKey).orElse(true)) {
            through = session.remove().sequence();
        }
        if (through > 0) {
            turn.effect(new Effect.Acknowledge(relay, FeedKind.MAIL, through));
        }
    }

    private void forgetOldest(Turn turn) {
        if (known.size() > limits.rememberedIds()) {
            MessageId oldest = known.keySet().iterator().next();
            known.remove(oldest);
            turn.change(new Change.Removed(Table.INBOUND, oldest));
        }
    }
}
