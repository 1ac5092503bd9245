package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.TaggedHash;
import network.dchat.ledger.DeliveryLeaf;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.DeliveryEvidence;
import network.dchat.wire.v1.DeliveryProof;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.ReturnedReceipt;

/// Receipts and claims from recipients, on their way to the chain and back to the senders.
///
/// | state of a delivery | left when |
/// |---|---|
/// | taken | a block or the chain gives its position; the receipt is returned meanwhile |
/// | ready | enough are ready or the first has waited long enough: a `DeliveryRoot` claims them |
/// | claimed | a block has the root: evidence is returned; refused: ready again, in halves |
/// | proven | the sender's relay has the evidence: done |
final class Deliveries {
    private static final String SALT_TAG = "dchat/salt/1";
    private static final long OVERLOAD_RETRY_MILLIS = 5_000;
    private static final int REMEMBERED_DONE = 100_000;

    private final Origin origin;
    private final MailboxLimits limits;
    private final OpenTransactions transactions;
    private final Links links;
    private final Map<MessageId, Delivery> deliveries = new LinkedHashMap<>();
    private final Map<OrderCommitment, Delivery> byCommitment = new HashMap<>();
    private final Map<TransferId, Delivery> transfers = new HashMap<>();
    private final Deque<Delivery> ready = new ArrayDeque<>();
    private final SeenIds finished;
    private long readySince;
    private int mostTogether;
    private boolean timerSet;

    /// Who makes the transactions, and what their salts follow from.
    ///
    /// @param salt 32 secret bytes
    record Origin(NetworkId network, SigningKey key, ByteString salt) {
        PeerId relay() {
            return PeerId.of(key.publicKey());
        }
    }

    Deliveries(Origin origin, MailboxLimits limits, OpenTransactions transactions, Links links,
            long seed) {
        this.origin = origin;
        this.limits = limits;
        this.transactions = transactions;
        this.links = links;
        this.finished = new SeenIds(REMEMBERED_DONE, seed);
        this.mostTogether = limits.batches().receipts();
    }

    int size() {
        return deliveries.size();
    }

    int readyForChain() {
        return ready.size();
    }

    Collection<Delivery> all() {
        return deliveries.values();
    }

    /// Takes a recipient's receipt: why not, or empty.
    Optional<Rejection> take(VerifiedDelivery delivery, long expiresAtMillis, Turn turn) {
        Delivery known = deliveries.get(delivery.id());
        if (known != null || finished.contains(delivery.id().bytes())) {
            turn.count(Counter.DELIVERY_DUPLICATE);
            return Optional.empty();
        }
        if (byCommitment.containsKey(delivery.commitment())) {
            turn.count(Counter.DELIVERY_DUPLICATE);
            return Optional.of(Refusals.of(RejectionCode.CONFLICT,
                    "claim: its commitment is claimed for another message"));
        }
        if (deliveries.size() >= limits.holding().deliveries()) {
            turn.count(Counter.DELIVERY_OVERLOADED);
            return Optional.of(Refusals.of(RejectionCode.OVERLOADED, "receipts: too many held",
                    OVERLOAD_RETRY_MILLIS));
        }
        Change.DeliveryAdded added = new Change.DeliveryAdded(delivery.id(), delivery.commitment(),
                expiresAtMillis, delivery.delivery());
        turn.change(added);
        restore(added);
        return Optional.empty();
    }

    Delivery restore(Change.DeliveryAdded added) {
        Delivery delivery = new Delivery(added);
        deliveries.put(delivery.id, delivery);
        byCommitment.put(delivery.commitment, delivery);
        delivery.returnTo().ifPresent(_ -> {
            transfers.put(delivery.receiptTransfer, delivery);
            transfers.put(delivery.evidenceTransfer, delivery);
        });
        return delivery;
    }

    void restore(Change.DeliveryDone done) {
        Delivery delivery = deliveries.remove(done.id());
        if (delivery != null) {
            byCommitment.remove(delivery.commitment);
            transfers.remove(delivery.receiptTransfer);
            transfers.remove(delivery.evidenceTransfer);
            if (delivery.claimed == null) {
                ready.remove(delivery);
            }
            finished.add(delivery.id.bytes());
        }
    }

    /// A transaction with receipts was restored.
    void restore(OpenTransactions.Open transaction) {
        if (transaction.content instanceof Change.Content.Leaves(List<Change.Leaf> leaves)) {
            claim(transaction, leaves);
        }
    }

    Optional<Delivery> find(MessageId id) {
        return Optional.ofNullable(deliveries.get(id));
    }

    Optional<Delivery> claimedBy(OrderCommitment commitment) {
        return Optional.ofNullable(byCommitment.get(commitment));
    }

    /// The message's position is known: its receipt can go to the chain.
    void positioned(Delivery delivery, OrderPosition position, Turn turn) {
        if (delivery.position == null && delivery.claimed == null) {
            delivery.position = position;
            if (ready.isEmpty()) {
                readySince = turn.now();
            }
            ready.add(delivery);
        }
    }

    /// Makes the transactions that are due.
    void flush(Turn turn) {
        while (!ready.isEmpty() && transactions.hasRoom() && isDue(turn.now())) {
            claim(turn);
        }
        if (!ready.isEmpty() && !timerSet && transactions.hasRoom()) {
            timerSet = true;
            turn.effect(new Effect.SetTimer(new TimerId.DeliveryRootDue(),
                    readySince + limits.batches().receiptMillis()));
        }
    }

    void timerElapsed() {
        timerSet = false;
    }

    /// A block has the root: the evidence about each leaf is returned.
    void included(OpenTransactions.Open transaction, List<Change.Leaf> leaves, Turn turn) {
        for (Change.Leaf leaf : leaves) {
            Delivery delivery = deliveries.get(leaf.id());
            if (delivery != null && delivery.claimed == transaction) {
                returnStage(delivery, TransferId.Stage.EVIDENCE, turn);
            }
        }
        if (transaction.unreturned == 0 && transactions.find(transaction.hash).isPresent()) {
            transactions.done(transaction, turn);
        }
    }

    /// The chain refused a root: its receipts are claimed again, in halves; one alone is given up.
    void refused(List<Change.Leaf> leaves, boolean sequenceUsed, Turn turn) {
        if (!sequenceUsed && leaves.size() == 1) {
            turn.count(Counter.DELIVERY_UNORDERED);
            find(leaves.getFirst().id()).ifPresent(delivery -> done(delivery, turn));
            return;
        }
        if (!sequenceUsed) {
            mostTogether = Math.max(1, leaves.size() / 2);
        }
        for (Change.Leaf leaf : leaves.reversed()) {
            Delivery delivery = deliveries.get(leaf.id());
            if (delivery != null) {
                delivery.claimed = null;
                if (delivery.position != null) {
                    ready.addFirst(delivery);
                }
            }
        }
        readySince = turn.now() - limits.batches().receiptMillis();
    }

    /// Begins to return a receipt or its evidence; without a handle there is nobody to return it
    /// to.
    void returnStage(Delivery delivery, TransferId.Stage stage, Turn turn) {
        Optional<PeerId> relay = delivery.returnTo();
        if (relay.isPresent()) {
            links.add(relay.get(), new Parcel.Returned(switch (stage) {
                case RECEIPT -> delivery.receiptTransfer;
                case EVIDENCE -> delivery.evidenceTransfer;
            }));
        } else if (stage == TransferId.Stage.EVIDENCE) {
            done(delivery, turn);
        }
    }

    boolean wants(TransferId transfer) {
        Delivery delivery = transfers.get(transfer);
        return delivery != null && (isEvidence(delivery, transfer)
                ? delivery.isProven()
                : !delivery.receiptReturned);
    }

    /// What is sent along the handle.
    Optional<ReturnedReceipt> returned(TransferId transfer) {
        Delivery delivery = transfers.get(transfer);
        if (delivery == null || !wants(transfer)) {
            return Optional.empty();
        }
        ReturnedReceipt.Builder returned = ReturnedReceipt.newBuilder()
                .setToken(delivery.signed.getReturnHandle().getToken()).setId(transfer.bytes());
        return Optional
                .of((isEvidence(delivery, transfer)
                        ? returned.setEvidence(evidence(delivery))
                        : returned.setReceipt(delivery.signed.getReceipt())
                                .setDeviceCertificate(delivery.signed.getDeviceCertificate()))
                        .build());
    }

    /// The message that a transfer is about.
    MessageId messageOf(TransferId transfer) {
        Delivery delivery = transfers.get(transfer);
        if (delivery == null) {
            throw new IllegalStateException("transfer: " + transfer + " (expected: a known one)");
        }
        return delivery.id;
    }

    /// A relay has it; only the sender's counts.
    void acknowledged(PeerId from, TransferId transfer, Turn turn) {
        Delivery delivery = transfers.get(transfer);
        if (delivery == null || delivery.returnTo().filter(from::equals).isEmpty()) {
            return;
        }
        if (!isEvidence(delivery, transfer)) {
            delivery.receiptReturned = true;
        } else if (delivery.isProven()) {
            done(delivery, turn);
        }
    }

    /// Gives up receipts whose messages never got a position.
    void sweep(Turn turn) {
        List<Delivery> over = deliveries.values().stream()
                .filter(each -> each.expiresAtMillis <= turn.now()
                        && (each.claimed == null || each.isProven()))
                .toList();
        for (Delivery delivery : over) {
            turn.count(Counter.DELIVERY_UNORDERED, delivery.isProven() ? 0 : 1);
            done(delivery, turn);
        }
    }

    private boolean isDue(long nowMillis) {
        return ready.size() >= mostTogether
                || nowMillis - readySince >= limits.batches().receiptMillis();
    }

    private void claim(Turn turn) {
        List<Change.Leaf> leaves = new ArrayList<>();
        List<OrderPosition> positions = new ArrayList<>();
        while (!ready.isEmpty() && leaves.size() < mostTogether) {
            Delivery delivery = ready.remove();
            leaves.add(leaf(delivery));
            positions.add(position(delivery));
        }
        readySince = turn.now();
        mostTogether = Math.min(limits.batches().receipts(), mostTogether * 2);
        Hash root = MerkleTree.root(hashes(leaves));
        claim(transactions.make(sequence -> Transactions.deliveryRoot(origin.network(),
                origin.key(), sequence, root, positions), new Change.Content.Leaves(leaves), turn),
                leaves);
    }

    private void claim(OpenTransactions.Open transaction, List<Change.Leaf> leaves) {
        for (int index = 0; index < leaves.size(); index++) {
            Delivery delivery = deliveries.get(leaves.get(index).id());
            if (delivery != null) {
                delivery.claimed = transaction;
                delivery.leaf = index;
                transaction.unreturned++;
            }
        }
    }

    private Change.Leaf leaf(Delivery delivery) {
        Hash salt = TaggedHash.of(SALT_TAG, origin.salt(), delivery.id.bytes());
        return new Change.Leaf(delivery.id, salt, DeliveryLeaf
                .of(salt, delivery.signed.getReceipt(), delivery.signed.getClaim()).hash());
    }

    private static List<ByteString> hashes(List<Change.Leaf> leaves) {
        return leaves.stream().map(leaf -> leaf.hash().bytes()).toList();
    }

    private static OrderPosition position(Delivery delivery) {
        if (delivery.position == null) {
            throw new IllegalStateException(
                    "delivery " + delivery.id + ": no position (expected: one)");
        }
        return delivery.position;
    }

    private DeliveryEvidence evidence(Delivery delivery) {
        OpenTransactions.Open transaction = delivery.claimed;
        if (transaction == null || transaction.included == null
                || !(transaction.content instanceof Change.Content.Leaves claimed)) {
            throw new IllegalStateException(
                    "delivery " + delivery.id + ": not proven (expected: in a block)");
        }
        List<Change.Leaf> leaves = claimed.leaves();
        if (transaction.paths == null) {
            transaction.paths = MerkleTree.proveAll(hashes(leaves));
        }
        MerkleProof path = transaction.paths.get(delivery.leaf);
        DeliveryProof proof = DeliveryProof.newBuilder().setReceipt(delivery.signed.getReceipt())
                .setDeviceCertificate(delivery.signed.getDeviceCertificate())
                .setClaimHash(DeliveryLeaf.claimHash(delivery.signed.getClaim()).bytes())
                .setSalt(leaves.get(delivery.leaf).salt().bytes()).setLeafIndex(delivery.leaf)
                .addAllLeafPath(path.getAuntsList()).setTransaction(transaction.bytes)
                .setPath(transaction.included.path())
                .setLightBlock(transaction.included.lightBlock()).build();
        return DeliveryEvidence.newBuilder().setMessageId(delivery.id.bytes()).setProof(proof)
                .build();
    }

    private void done(Delivery delivery, Turn turn) {
        OpenTransactions.Open transaction = delivery.claimed;
        Change.DeliveryDone change = new Change.DeliveryDone(delivery.id);
        turn.change(change);
        restore(change);
        if (transaction != null) {
            transaction.unreturned--;
            if (transaction.unreturned == 0 && transaction.included != null) {
                transactions.done(transaction, turn);
            }
        }
    }

    private static boolean isEvidence(Delivery delivery, TransferId transfer) {
        return transfer.equals(delivery.evidenceTransfer);
    }
}
