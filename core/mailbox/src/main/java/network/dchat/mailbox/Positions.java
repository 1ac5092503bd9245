package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.mailbox.User.Attachment;
import network.dchat.wire.v1.Finality;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MerkleProof;

/// Where commitments stand: what the last blocks showed, who waits for which, and what the chain is
/// asked.
///
/// Whatever waits is answered by the block that orders it, or else by the chain when it was ordered
/// before this relay looked.
final class Positions {
    private static final long FIRST_PAUSE_MILLIS = 2_000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;
    private static final int ASKED_TOGETHER = 100;
    private static final int ASKED_AT_ONCE = 4;
    private static final int AWAITED_BY_ONE = 1_000;

    private final int maximumRemembered;
    private final Deliveries deliveries;
    private final Feeds feeds;
    private final Map<OrderCommitment, BatchPlace> remembered = new LinkedHashMap<>();
    private final Map<OrderCommitment, Wait> waits = new LinkedHashMap<>();
    private final Map<Long, List<OrderCommitment>> asked = new HashMap<>();
    private long lookups;
    private boolean timerSet;
    private boolean askNow;

    /// Connections and receipts that wait for one commitment.
    private static final class Wait {
        private final Set<Long> attachments = new LinkedHashSet<>();
        private boolean asking;
        private long dueMillis;
        private long pauseMillis = FIRST_PAUSE_MILLIS;

        Wait(long dueMillis) {
            this.dueMillis = dueMillis;
        }
    }

    /// @param first numbers of look-ups begin here, so that no answer meant for another life is
    ///     taken
    Positions(int maximumRemembered, Deliveries deliveries, Feeds feeds, long first) {
        this.lookups = first;
        this.maximumRemembered = maximumRemembered;
        this.deliveries = deliveries;
        this.feeds = feeds;
    }

    int waiting() {
        return waits.size();
    }

    /// Whether a block of late has ordered a commitment.
    boolean isKnown(OrderCommitment commitment) {
        return remembered.containsKey(commitment);
    }

    /// A receipt needs its message's position.
    void await(Delivery delivery, Turn turn) {
        BatchPlace known = remembered.get(delivery.commitment);
        if (known != null) {
            deliveries.positioned(delivery, known, turn);
        } else {
            obtain(delivery.commitment, turn.now() + FIRST_PAUSE_MILLIS);
        }
    }

    /// A connected user asks for finality; false when it waits for too many.
    boolean await(Attachment attachment, OrderCommitment commitment, Turn turn) {
        if (attachment.awaited >= AWAITED_BY_ONE) {
            turn.count(Counter.FINALITY_OVERLOADED);
            return false;
        }
        boolean past = remembered.containsKey(commitment);
        Wait wait = obtain(commitment, turn.now() + (past ? 0 : FIRST_PAUSE_MILLIS));
        askNow |= past;
        if (wait.attachments.add(attachment.id)) {
            attachment.awaited++;
        }
        return true;
    }

    /// A block was committed. Senders of its own transactions are told by the caller.
    void committed(ObservedBlock block, Turn turn) {
        for (ObservedBlock.Batch batch : block.batches()) {
            MerkleProof path = null;
            Set<Long> told = new HashSet<>();
            for (int index = 0; index < batch.commitments().size(); index++) {
                OrderCommitment commitment = batch.commitments().get(index);
                OrderPosition position = new OrderPosition(block.height(), batch.transaction(),
                        index);
                BatchPlace place = new BatchPlace(position, batch.commitments());
                remember(commitment, place);
                deliveries.claimedBy(commitment)
                        .ifPresent(delivery -> deliveries.positioned(delivery, place, turn));
                Wait wait = waits.remove(commitment);
                if (wait != null && !wait.attachments.isEmpty()) {
                    path = path == null ? block.path(batch.transaction()) : path;
                    tell(wait, finality(commitment, position, block, path), told, turn);
                }
            }
        }
    }

    /// The chain answered.
    void found(Input.FinalityFound input, Turn turn) {
        List<OrderCommitment> commitments = asked.remove(input.lookup());
        if (commitments == null) {
            return;
        }
        for (Finality finality : input.found()) {
            Optional<OrderCommitment> commitment = OrderCommitment.parse(finality.getCommitment());
            Optional<BatchPlace> place = commitment.filter(commitments::contains)
                    .flatMap(known -> place(known, finality));
            if (commitment.isPresent() && place.isPresent()) {
                remember(commitment.get(), place.get());
                deliveries.claimedBy(commitment.get())
                        .ifPresent(delivery -> deliveries.positioned(delivery, place.get(), turn));
                Wait wait = waits.remove(commitment.get());
                if (wait != null) {
                    tell(wait, finality, new HashSet<>(), turn);
                }
            }
        }
        for (OrderCommitment commitment : commitments) {
            Wait wait = waits.get(commitment);
            if (wait != null) {
                wait.asking = false;
                wait.dueMillis = turn.now() + wait.pauseMillis;
                wait.pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, wait.pauseMillis * 2);
            }
        }
    }

    void timerElapsed() {
        timerSet = false;
        askNow = true;
    }

    /// Asks the chain for what is due.
    void flush(Turn turn) {
        if (askNow) {
            askNow = false;
            ask(turn);
        }
        if (!timerSet && !waits.isEmpty()) {
            timerSet = true;
            turn.effect(new Effect.SetTimer(new TimerId.PositionsDue(),
                    turn.now() + FIRST_PAUSE_MILLIS));
        }
    }

    private void ask(Turn turn) {
        List<OrderCommitment> due = new ArrayList<>();
        Iterator<Map.Entry<OrderCommitment, Wait>> each = waits.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<OrderCommitment, Wait> entry = each.next();
            Wait wait = entry.getValue();
            wait.attachments.removeIf(id -> feeds.attachment(id).isEmpty());
            if (wait.attachments.isEmpty() && !isNeeded(entry.getKey())) {
                each.remove();
            } else if (!wait.asking && wait.dueMillis <= turn.now()
                    && due.size() < ASKED_TOGETHER * (ASKED_AT_ONCE - asked.size())) {
                wait.asking = true;
                due.add(entry.getKey());
            }
        }
        for (int from = 0; from < due.size(); from += ASKED_TOGETHER) {
            List<OrderCommitment> together = List
                    .copyOf(due.subList(from, Math.min(due.size(), from + ASKED_TOGETHER)));
            lookups++;
            asked.put(lookups, together);
            turn.effect(new Effect.FindFinality(lookups, together));
        }
    }

    /// What a sender or recipient needs to know that a commitment is final.
    static Finality finality(OrderCommitment commitment, OrderPosition position,
            ObservedBlock block, MerkleProof path) {
        return Finality.newBuilder().setCommitment(commitment.bytes())
                .setPosition(position.toWire())
                .setTransaction(block.transactions().get(position.transaction())).setPath(path)
                .setLightBlock(block.lightBlock()).build();
    }

    private boolean isNeeded(OrderCommitment commitment) {
        return deliveries.claimedBy(commitment)
                .filter(each -> each.position == null && each.claimed == null).isPresent();
    }

    private Wait obtain(OrderCommitment commitment, long dueMillis) {
        Wait wait = waits.computeIfAbsent(commitment, _ -> new Wait(dueMillis));
        wait.dueMillis = Math.min(wait.dueMillis, dueMillis);
        return wait;
    }

    /// One event tells a connection about all commitments of a transaction.
    private void tell(Wait wait, Finality finality, Set<Long> told, Turn turn) {
        MailboxEvent event = MailboxEvent.newBuilder().setFinality(finality).build();
        for (long id : wait.attachments) {
            feeds.attachment(id).ifPresent(attachment -> {
                attachment.awaited--;
                if (told.add(id)) {
                    turn.tell(id, event);
                }
            });
        }
    }

    private static Optional<BatchPlace> place(OrderCommitment commitment, Finality finality) {
        return OrderPosition.parse(finality.getPosition()).flatMap(position -> BatchPlace
                .of(commitment, position, ObservedBlock.commitments(finality.getTransaction())));
    }

    private void remember(OrderCommitment commitment, BatchPlace place) {
        remembered.putIfAbsent(commitment, place);
        if (remembered.size() > maximumRemembered) {
            Iterator<BatchPlace> oldest = remembered.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
