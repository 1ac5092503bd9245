package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.mailbox.UserRoute;
import network.dchat.mailbox.VerifiedStored;
import network.dchat.mailbox.outbox.Change.Table;
import network.dchat.wire.v1.DeliveryEvidence;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.OutgoingRow;
import network.dchat.wire.v1.ProgressRow;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmissionResult;

/// Own messages on their way.
///
/// | state | what happens until the next one |
/// |---|---|
/// | queued | submitted through the best relay; not answered in time or refused: through another |
/// | sent | two home relays are to sign for it; not in time: submitted through another relay |
/// | stored | relays are asked when it is not final in time |
/// | final and delivered and proven | done: only the proofs are kept |
final class Sending {
    private static final long LATE_MILLIS = TimeUnit.DAYS.toMillis(2);
    private static final long SUSPECT_MILLIS = 10_000;
    private static final int MAXIMUM_SHIFT = 10;
    /// Questions without an answer after which a message is submitted again, to be ordered by
    /// another relay.
    private static final int QUESTIONS_BEFORE_SUBMISSION = 3;

    private final OutboxLimits limits;
    private final Relays relays;
    private final Map<MessageId, Sent> messages = new LinkedHashMap<>();
    private final Map<OrderCommitment, MessageId> byCommitment = new HashMap<>();
    private final Queue<Due> dues = new PriorityQueue<>();
    private long order;
    private long timerAt = Long.MAX_VALUE;

    private record Due(long atMillis, long order, MessageId id) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    Sending(OutboxLimits limits, Relays relays) {
        this.limits = limits;
        this.relays = relays;
    }

    int size() {
        return messages.size();
    }

    /// Takes a message.
    void enqueue(OutgoingMessage message, Turn turn) {
        if (messages.containsKey(message.id())) {
            return;
        }
        if (messages.size() >= limits.messages()) {
            turn.effect(new Effect.ShowRefused(message.id(),
                    Rejection.newBuilder().setCode(RejectionCode.OVERLOADED)
                            .setReason("too many messages are on their way").build()));
            return;
        }
        Sent sent = new Sent(message, turn.now());
        turn.change(new Change.Put(Table.OUTGOING, sent.id, sent.row().toByteString()));
        sent.askMillis = turn.now() + limits.finalMillis();
        turn.change(new Change.Reached(sent.id, MessageState.QUEUED));
        turn.effect(new Effect.ShowState(sent.id, MessageState.QUEUED));
        keep(sent);
        look(sent, turn.now());
    }

    void restoreMessage(MessageId id, ByteString row) {
        try {
            keep(Sent.of(id, OutgoingRow.parseFrom(row)));
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("outgoing row " + id + ": broken", broken);
        }
    }

    void restoreProgress(MessageId id, ByteString row) {
        Sent sent = messages.get(id);
        try {
            if (sent != null) {
                sent.progress(ProgressRow.parseFrom(row));
            }
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("progress row " + id + ": broken", broken);
        }
    }

    /// Goes on with everything that was restored.
    void start(Turn turn) {
        for (Sent sent : messages.values()) {
            sent.askMillis = turn.now() + limits.finalMillis();
            look(sent, turn.now());
        }
    }

    /// A relay is there again: what no relay has so far is submitted at once.
    void hurry(Turn turn) {
        for (Sent sent : messages.values()) {
            if (!sent.accepted && sent.lastRelay.flatMap(relays::find)
                    .filter(relay -> relay.unanswered.contains(sent.id)).isEmpty()) {
                look(sent, turn.now());
            }
        }
    }

    /// A relay lost what it had not answered.
    void lost(Iterable<MessageId> ids, Turn turn) {
        for (MessageId id : ids) {
            Sent sent = messages.get(id);
            if (sent != null) {
                look(sent, turn.now());
            }
        }
    }

    /// A relay has answered submissions.
    void answered(Relays.Relay relay, List<SubmissionResult> results, Turn turn) {
        for (SubmissionResult result : results) {
            Optional<MessageId> id = MessageId.parse(result.getMessageId());
            Sent sent = id.map(messages::get).orElse(null);
            if (sent == null || !relay.unanswered.remove(sent.id)) {
                continue;
            }
            if (!result.hasRejection()) {
                accepted(sent, turn);
            } else {
                refused(relay, sent, result.getRejection(), turn);
            }
        }
    }

    /// A relay signed that it has a message durably.
    void stored(VerifiedStored stored, Turn turn) {
        Sent sent = messages.get(stored.id());
        if (sent == null || stored.expiresAtMillis() != sent.expiresAtMillis
                || sent.stored.containsKey(stored.relay()) || sent.stored.size() >= 16) {
            return;
        }
        boolean before = sent.isStored();
        sent.stored.put(stored.relay(), stored.signed());
        if (!before) {
            if (!sent.recipient.names(stored.relay())) {
                turn.effect(new Effect.LookUpUserRecord(sent.recipient.address()));
            }
            progress(sent, turn);
        }
    }

    /// A recipient's newest record: whose signatures count.
    void recipientKnown(UserRoute route, Turn turn) {
        WalletAddress address = route.address();
        for (Sent sent : List.copyOf(messages.values())) {
            if (sent.recipient.address().equals(address)
                    && sent.recipient.sequence() < route.sequence() && !sent.isStored()) {
                sent.recipient = route;
                turn.change(new Change.Put(Table.OUTGOING, sent.id, sent.row().toByteString()));
                progress(sent, turn);
            }
        }
    }

    /// A batch is in a block: all own messages in it are final.
    void ordered(ChainTrust.Ordered ordered, Finality finality, Turn turn) {
        for (int index = 0; index < ordered.commitments().size(); index++) {
            MessageId id = byCommitment.get(ordered.commitments().get(index));
            Sent sent = id == null ? null : messages.get(id);
            if (sent != null) {
                OrderPosition position = new OrderPosition(ordered.height(), ordered.transaction(),
                        index);
                if (sent.position.filter(known -> known.compareTo(position) <= 0).isPresent()) {
                    continue;
                }
                sent.position = Optional.of(position);
                sent.isFinal = true;
                turn.change(new Change.Put(Table.FINALITY, sent.id,
                        finality.toBuilder().setCommitment(sent.commitment.bytes())
                                .setPosition(position.toWire()).build().toByteString()));
                turn.change(new Change.Placed(sent.id, position));
                turn.effect(new Effect.ShowPosition(sent.id, position));
                progress(sent, turn);
            }
        }
    }

    /// The recipient's device signed for a message; false when it is not the recipient's.
    boolean delivered(DeliveryReceipt receipt, Turn turn) {
        Sent sent = messages.get(receipt.messageId());
        if (sent == null) {
            return true;
        }
        if (!sent.recipient.address().equals(receipt.recipient())) {
            return false;
        }
        if (!sent.delivered) {
            sent.delivered = true;
            progress(sent, turn);
        }
        return true;
    }

    /// The delivery of a message is on the chain.
    void proven(DeliveryReceipt receipt, DeliveryEvidence evidence, Turn turn) {
        Sent sent = messages.get(receipt.messageId());
        if (sent != null && !sent.proven && delivered(receipt, turn)) {
            sent.proven = true;
            turn.change(new Change.Put(Table.EVIDENCE, sent.id, evidence.toByteString()));
            progress(sent, turn);
        }
    }

    boolean awaitsProof(MessageId id) {
        Sent sent = messages.get(id);
        return sent != null && !sent.proven;
    }

    /// The recipient says so itself, inside the encryption; known to the application alone after
    /// the end.
    void read(MessageId id, Turn turn) {
        Sent sent = messages.get(id);
        if (sent == null) {
            turn.change(new Change.Reached(id, MessageState.READ));
            turn.effect(new Effect.ShowState(id, MessageState.READ));
        } else {
            sent.read = true;
            show(sent, turn);
        }
    }

    void timerElapsed() {
        timerAt = Long.MAX_VALUE;
    }

    /// Looks at every message whose time has come.
    void flush(Turn turn) {
        List<Sent> due = new ArrayList<>();
        while (!dues.isEmpty() && dues.peek().atMillis() <= turn.now()) {
            Due next = dues.remove();
            Sent sent = messages.get(next.id());
            if (sent != null && sent.dueMillis == next.atMillis()) {
                sent.dueMillis = Long.MAX_VALUE;
                due.add(sent);
            }
        }
        due.forEach(sent -> act(sent, turn));
        Due next = dues.peek();
        if (next != null && next.atMillis() < timerAt) {
            timerAt = next.atMillis();
            turn.effect(new Effect.SetTimer(new TimerId.MessagesDue(), timerAt));
        }
    }

    private void act(Sent sent, Turn turn) {
        if (sent.expiresAtMillis <= turn.now()) {
            over(sent, turn);
            return;
        }
        if (!sent.isStored() && !sent.delivered) {
            submit(sent, turn);
        }
        if (!sent.isFinal && sent.isOut() && sent.askMillis <= turn.now()) {
            List<PeerId> attached = relays.attached();
            if (!attached.isEmpty()) {
                turn.ask(attached.get(sent.questions % attached.size()), sent.commitment);
            }
            sent.questions++;
            sent.askMillis = turn.now() + pause(limits.finalMillis(), sent.questions);
            if (sent.questions % QUESTIONS_BEFORE_SUBMISSION == 0
                    && sent.dueMillis == Long.MAX_VALUE) {
                submit(sent, turn);
            }
        }
        if (sent.dueMillis == Long.MAX_VALUE) {
            look(sent,
                    sent.isFinal || !sent.isOut()
                            ? sent.expiresAtMillis
                            : Math.min(sent.askMillis, sent.expiresAtMillis));
        }
    }

    private void submit(Sent sent, Turn turn) {
        Optional<Relays.Relay> best = relays.best(sent.lastRelay, turn.now());
        if (best.isEmpty()) {
            look(sent, Math.min(turn.now() + limits.answerMillis(), sent.expiresAtMillis));
            return;
        }
        Relays.Relay relay = best.get();
        sent.lastRelay.flatMap(relays::find).ifPresent(last -> {
            if (last.unanswered.remove(sent.id)) {
                last.suspectUntil = turn.now() + SUSPECT_MILLIS;
            }
        });
        sent.lastRelay = Optional.of(relay.id);
        relay.unanswered.add(sent.id);
        turn.submit(relay.id, sent.submission);
        long pause = pause(sent.accepted ? limits.storedMillis() : limits.answerMillis(),
                sent.attempts);
        sent.attempts++;
        look(sent, Math.min(turn.now() + pause, sent.expiresAtMillis));
    }

    private void accepted(Sent sent, Turn turn) {
        if (!sent.accepted) {
            sent.accepted = true;
            sent.attempts = 1;
            sent.askMillis = turn.now() + limits.finalMillis();
            progress(sent, turn);
        }
        if (!sent.isStored() && messages.containsKey(sent.id)) {
            look(sent, Math.min(turn.now() + pause(limits.storedMillis(), sent.attempts - 1),
                    sent.expiresAtMillis));
        }
    }

    private void refused(Relays.Relay relay, Sent sent, Rejection rejection, Turn turn) {
        long retry = rejection.getRetryAfterMillis();
        if (rejection.getCode() != RejectionCode.RATE_LIMITED) {
            relay.suspectUntil = turn.now() + SUSPECT_MILLIS;
            turn.effect(new Effect.ShowRefused(sent.id, rejection));
        }
        long pause = retry > 0
                ? Math.min(retry, limits.longestPauseMillis())
                : pause(limits.answerMillis(), sent.attempts);
        look(sent, Math.min(turn.now() + pause, sent.expiresAtMillis));
    }

    /// The time is over: later proofs are still taken for a while.
    private void over(Sent sent, Turn turn) {
        if (!sent.expired && !sent.delivered) {
            sent.expired = true;
            turn.effect(new Effect.ShowExpired(sent.id));
        }
        if (sent.expiresAtMillis + LATE_MILLIS <= turn.now()) {
            forget(sent, turn);
        } else {
            look(sent, sent.expiresAtMillis + LATE_MILLIS);
        }
    }

    private void progress(Sent sent, Turn turn) {
        show(sent, turn);
        if (sent.isDone()) {
            forget(sent, turn);
        } else {
            turn.change(new Change.Put(Table.PROGRESS, sent.id, sent.progress().toByteString()));
        }
    }

    /// Notes each state when it is reached, in whatever order; shows only what lies further.
    private static void show(Sent sent, Turn turn) {
        for (MessageState state : MessageState.values()) {
            if (sent.has(state) && sent.noted.add(state)) {
                turn.change(new Change.Reached(sent.id, state));
                if (state.compareTo(sent.shown) > 0) {
                    sent.shown = state;
                    turn.effect(new Effect.ShowState(sent.id, state));
                }
            }
        }
    }

    private void keep(Sent sent) {
        messages.put(sent.id, sent);
        byCommitment.put(sent.commitment, sent.id);
    }

    private void forget(Sent sent, Turn turn) {
        messages.remove(sent.id);
        byCommitment.remove(sent.commitment);
        sent.lastRelay.flatMap(relays::find).ifPresent(relay -> relay.unanswered.remove(sent.id));
        turn.change(new Change.Removed(Table.OUTGOING, sent.id));
        turn.change(new Change.Removed(Table.PROGRESS, sent.id));
    }

    private void look(Sent sent, long atMillis) {
        order++;
        sent.dueMillis = atMillis;
        dues.add(new Due(atMillis, order, sent.id));
    }

    private long pause(long first, int attempts) {
        return Math.min(limits.longestPauseMillis(), first << Math.min(attempts, MAXIMUM_SHIFT));
    }
}
