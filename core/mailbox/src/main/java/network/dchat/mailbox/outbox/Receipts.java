package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.ledger.ClaimKey;
import network.dchat.ledger.DeliveryClaim;
import network.dchat.ledger.DeliveryReceipt;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.outbox.Change.Table;
import network.dchat.wire.v1.ReceiptRow;
import network.dchat.wire.v1.ReturnHandle;
import network.dchat.wire.v1.SignedDelivery;
import network.dchat.wire.v1.SubmissionResult;

/// Receipts and claims for messages that came in: given to the relay that delivered first, until it
/// has them durably. One that does not take them, or stays away, gives way to the next that
/// delivered.
final class Receipts {
    private static final long ANSWER_MILLIS = 5_000;
    private static final long AWAY_MILLIS = 60_000;
    private static final long KEPT_MILLIS = TimeUnit.DAYS.toMillis(7);
    private static final int MAXIMUM_KEPT = 20_000;

    private final OutboxKeys keys;
    private final Relays relays;
    private final Map<MessageId, Untaken> untaken = new LinkedHashMap<>();

    /// A receipt that no relay has.
    private static final class Untaken {
        private final MessageId id;
        private final OrderCommitment commitment;
        private final ByteString secret;
        private final long receivedAtMillis;
        private final List<ReturnHandle> handles;
        /// Those that delivered and have not refused, first ones first.
        private final Set<PeerId> candidates = new LinkedHashSet<>();
        private long awaySince;
        private long dueMillis;

        Untaken(MessageId id, OrderCommitment commitment, ByteString secret, long receivedAtMillis,
                List<ReturnHandle> handles) {
            this.id = id;
            this.commitment = commitment;
            this.secret = secret;
            this.receivedAtMillis = receivedAtMillis;
            this.handles = handles;
        }
    }

    Receipts(OutboxKeys keys, Relays relays) {
        this.keys = keys;
        this.relays = relays;
    }

    int size() {
        return untaken.size();
    }

    /// Makes the receipt of a message and gives it to the relay that delivered first.
    void make(MessageId id, OrderCommitment commitment, ReceiptMaterial material,
            List<PeerId> deliverers, Turn turn) {
        if (untaken.size() >= MAXIMUM_KEPT) {
            forget(untaken.values().iterator().next(), turn);
        }
        Untaken made = new Untaken(id, commitment, material.secret(), turn.now(),
                material.returnHandles());
        made.candidates.addAll(deliverers);
        untaken.put(id, made);
        ReceiptRow.Builder row = ReceiptRow.newBuilder().setCommitment(commitment.bytes())
                .setSecret(made.secret).setReceivedAt(made.receivedAtMillis)
                .addAllReturnHandles(made.handles);
        deliverers.forEach(relay -> row.addRelays(relay.toBytes()));
        turn.change(new Change.Put(Table.RECEIPT, id, row.build().toByteString()));
        give(made, turn);
    }

    void restore(MessageId id, ByteString bytes) {
        try {
            ReceiptRow row = ReceiptRow.parseFrom(bytes);
            OrderCommitment commitment = OrderCommitment.parse(row.getCommitment())
                    .orElseThrow(() -> new InvalidProtocolBufferException("commitment"));
            Untaken restored = new Untaken(id, commitment, row.getSecret(), row.getReceivedAt(),
                    row.getReturnHandlesList());
            row.getRelaysList()
                    .forEach(relay -> PeerId.parse(relay).ifPresent(restored.candidates::add));
            untaken.put(id, restored);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("receipt row " + id + ": broken", broken);
        }
    }

    /// Another relay delivered the message too.
    void deliveredBy(MessageId id, PeerId relay) {
        Untaken receipt = untaken.get(id);
        if (receipt != null) {
            receipt.candidates.add(relay);
        }
    }

    /// A relay answered receipts.
    void answered(PeerId relay, List<SubmissionResult> results, Turn turn) {
        for (SubmissionResult result : results) {
            Optional<MessageId> id = MessageId.parse(result.getMessageId());
            Untaken receipt = id.map(untaken::get).orElse(null);
            if (receipt == null || receipt.candidates.isEmpty()
                    || !receipt.candidates.iterator().next().equals(relay)) {
                continue;
            }
            if (!result.hasRejection()) {
                forget(receipt, turn);
            } else if (result.getRejection().getRetryAfterMillis() > 0) {
                receipt.dueMillis = turn.now() + result.getRejection().getRetryAfterMillis();
            } else {
                receipt.candidates.remove(relay);
                if (receipt.candidates.isEmpty()) {
                    forget(receipt, turn);
                } else {
                    give(receipt, turn);
                }
            }
        }
    }

    /// A relay is there again: it is given what it has not answered.
    void attached(PeerId relay, Turn turn) {
        for (Untaken receipt : untaken.values()) {
            if (!receipt.candidates.isEmpty()
                    && receipt.candidates.iterator().next().equals(relay)) {
                give(receipt, turn);
            }
        }
    }

    /// Gives again what was not answered, and turns to others where a relay stays away.
    void sweep(Turn turn) {
        for (Untaken receipt : new ArrayList<>(untaken.values())) {
            if (receipt.receivedAtMillis + KEPT_MILLIS <= turn.now()) {
                forget(receipt, turn);
            } else if (receipt.dueMillis <= turn.now()) {
                give(receipt, turn);
            }
        }
    }

    private void give(Untaken receipt, Turn turn) {
        PeerId first = receipt.candidates.iterator().next();
        if (!relays.isAttached(first)) {
            receipt.awaySince = receipt.awaySince == 0 ? turn.now() : receipt.awaySince;
            boolean away = turn.now() - receipt.awaySince >= AWAY_MILLIS;
            Optional<PeerId> other = receipt.candidates.stream().filter(relays::isAttached)
                    .findFirst();
            if (!away || other.isEmpty()) {
                return;
            }
            receipt.candidates.remove(first);
            receipt.candidates.remove(other.get());
            List<PeerId> rest = List.copyOf(receipt.candidates);
            receipt.candidates.clear();
            receipt.candidates.add(other.get());
            receipt.candidates.addAll(rest);
            first = other.get();
        }
        receipt.awaySince = 0;
        receipt.dueMillis = turn.now() + ANSWER_MILLIS;
        turn.give(first, signed(receipt, first));
    }

    private SignedDelivery signed(Untaken receipt, PeerId relay) {
        SignedDelivery.Builder delivery = SignedDelivery.newBuilder()
                .setReceipt(DeliveryReceipt.sign(keys.network(), keys.device(), receipt.id,
                        keys.address(), receipt.receivedAtMillis))
                .setClaim(DeliveryClaim.sign(keys.network(), ClaimKey.derive(receipt.secret), relay,
                        receipt.commitment))
                .setOpening(Opening.of(receipt.id, receipt.secret).hash().bytes())
                .setDeviceCertificate(keys.certificate());
        if (!receipt.handles.isEmpty()) {
            int choice = (receipt.id.bytes().byteAt(0) & 0xff) % receipt.handles.size();
            delivery.setReturnHandle(receipt.handles.get(choice));
        }
        return delivery.build();
    }

    private void forget(Untaken receipt, Turn turn) {
        untaken.remove(receipt.id);
        turn.change(new Change.Removed(Table.RECEIPT, receipt.id));
    }
}
