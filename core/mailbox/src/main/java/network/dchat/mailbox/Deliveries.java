package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.AuditedLeaf;
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
/// | proven | its audit is over and the sender's relay has the evidence: done, or ready again |
/// | listed by another relay | [ForeignRoots] |
final class Deliveries {
    private static final String SALT_TAG = "dchat/salt/1";
    private static final long OVERLOAD_RETRY_MILLIS = 5_000;
    private static final int REMEMBERED_DONE = 100_000;
    /// Roots below what the chain takes of one relay, because its view may be ahead of ours.
    private static final int SPARE_ROOTS = 64;

    private final Origin origin;
    private final MailboxLimits limits;
    private final OpenTransactions transactions;
    private final Links links;
    private final Map<MessageId, Delivery> deliveries = new LinkedHashMap<>();
    private final Map<OrderCommitment, Delivery> byCommitment = new HashMap<>();
    private final Map<OrderPosition, Delivery> byPosition = new HashMap<>();
    private final Map<TransferId, Delivery> transfers = new HashMap<>();
    private final Contests contests;
    private final Deque<Delivery> ready = new ArrayDeque<>();
    private final SeenIds finished;
    private long readySince;
    private int mostTogether;
    private boolean timerSet;
    private int underAudit;

    /// Who knows what other relays claim.
    interface Contests {
        /// Takes a delivery over when another relay lists its position.
        boolean contest(Delivery delivery, OrderPosition position, Turn turn);
    }

    /// Who makes the transactions, and what their salts follow from.
    ///
    /// @param salt 32 secret bytes
    record Origin(NetworkId network, SigningKey key, ByteString salt) {
        PeerId relay() {
            return PeerId.of(key.publicKey());
        }
    }

    Deliveries(Origin origin, MailboxLimits limits, OpenTransactions transactions, Links links,
            Contests contests, long seed) {
        this.contests = contests;
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

    /// Receipts in roots whose audit is not over.
    int underAudit() {
        return underAudit;
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
        if (deliveries.size() - underAudit >= limits.holding().deliveries()) {
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
            if (delivery.position != null) {
                byPosition.remove(delivery.position, delivery);
            }
            if (delivery.claimed == null) {
                ready.remove(delivery);
            }
            finished.add(delivery.id.bytes());
        }
    }

    void restore(Change.DeliveryReturned returned) {
        find(returned.id()).ifPresent(delivery -> {
            delivery.receiptReturned = true;
            delivery.evidenceReturned = true;
        });
    }

    /// A transaction with receipts was restored.
    void restore(OpenTransactions.Open transaction) {
        switch (transaction.content) {
            case Change.Content.Leaves(List<Change.Leaf> leaves) -> {
                List<OrderPosition> positions = ObservedBlock.positions(transaction.bytes);
                for (int index = 0; index < leaves.size(); index++) {
                    Delivery delivery = deliveries.get(leaves.get(index).id());
                    if (delivery != null) {
                        delivery.position = positions.get(index);
                        delivery.batchPath = leaves.get(index).batchPath();
                        byPosition.put(positions.get(index), delivery);
                    }
                }
                claim(transaction, leaves);
            }
            case Change.Content.Challenge challenge -> challenge.deliveries()
                    .forEach(id -> find(id).ifPresent(delivery -> delivery.challenging = true));
            case Change.Content.Orders _,Change.Content.Registration _,Change.Content.Audit _ -> {
            }
        }
    }

    Optional<Delivery> find(MessageId id) {
        return Optional.ofNullable(deliveries.get(id));
    }

    Optional<Delivery> claimedBy(OrderCommitment commitment) {
        return Optional.ofNullable(byCommitment.get(commitment));
    }

    /// The message's position is known: its receipt can go to the chain.
    void positioned(Delivery delivery, BatchPlace place, Turn turn) {
        if (delivery.position == null && delivery.claimed == null) {
            delivery.placed(place);
            byPosition.put(place.position(), delivery);
            if (!delivery.challenging) {
                free(delivery, turn);
            }
        }
    }

    /// A delivery whose position is known can be claimed, unless another relay lists it.
    void free(Delivery delivery, Turn turn) {
        OrderPosition position = delivery.position;
        if (position == null) {
            turn.count(Counter.DELIVERY_CLAIMED_ELSEWHERE);
            done(delivery, turn);
        } else if (!contests.contest(delivery, position, turn)) {
            if (ready.isEmpty()) {
                readySince = turn.now();
            }
            ready.add(delivery);
        }
    }

    /// Another relay lists a position: a delivery that stands there and is in no root of ours.
    Optional<Delivery> withdraw(OrderPosition position) {
        return Optional.ofNullable(byPosition.get(position))
                .filter(delivery -> delivery.claimed == null && ready.remove(delivery));
    }

    /// Another relay has shown that it delivered too.
    void lost(Delivery delivery, Turn turn) {
        turn.count(Counter.DELIVERY_CLAIMED_ELSEWHERE);
        done(delivery, turn);
    }

    /// Makes the transactions that are due.
    void flush(Turn turn) {
        while (!ready.isEmpty() && hasRoom() && isDue(turn.now())) {
            claim(turn);
        }
        if (!ready.isEmpty() && !timerSet && hasRoom()) {
            timerSet = true;
            turn.effect(new Effect.SetTimer(new TimerId.DeliveryRootDue(),
                    readySince + limits.batches().receiptMillis()));
        }
    }

    void timerElapsed() {
        timerSet = false;
    }

    /// Whether another root may be made: it must be paid for, and its receipts kept for the audit.
    private boolean hasRoom() {
        return transactions.hasRoom() && transactions.purse().affordable(1) == 1
                && underAudit < limits.holding().audited()
                && transactions.roots() < LedgerLimits.MAXIMUM_OPEN_ROOTS - SPARE_ROOTS;
    }

    /// A block has the root: the evidence about each leaf is returned.
    void included(OpenTransactions.Open transaction, List<Change.Leaf> leaves, Turn turn) {
        underAudit += transaction.isSettled() ? 0 : leaves.size();
        if (transaction.isSettled() && transaction.unreturned == 0) {
            transactions.done(transaction, turn);
        }
        for (Change.Leaf leaf : leaves) {
            Delivery delivery = deliveries.get(leaf.id());
            if (delivery != null && delivery.claimed == transaction) {
                returnStage(delivery, TransferId.Stage.EVIDENCE, turn);
            }
        }
    }

    /// The audit of a root is over. What was not paid can be claimed again.
    void settled(OpenTransactions.Open root, List<Change.Leaf> leaves, boolean paid, Turn turn) {
        underAudit -= leaves.size();
        for (Change.Leaf leaf : leaves) {
            Delivery delivery = deliveries.get(leaf.id());
            if (delivery == null || delivery.claimed != root) {
                continue;
            }
            if (delivery.evidenceReturned && paid) {
                done(delivery, turn);
            } else if (delivery.evidenceReturned) {
                claimAgain(delivery, root, turn);
            }
        }
    }

    /// The sender has its proof, but the delivery was not paid.
    private void claimAgain(Delivery delivery, OpenTransactions.Open root, Turn turn) {
        delivery.claimed = null;
        finish(root, turn);
        free(delivery, turn);
    }

    /// Nothing is left to do for one of a root's receipts.
    private void finish(OpenTransactions.Open root, Turn turn) {
        root.unreturned--;
        if (root.unreturned == 0 && root.included != null) {
            transactions.done(root, turn);
        }
    }

    /// A leaf of an own root, as an audit shows it.
    AuditedLeaf shown(OpenTransactions.Open root, int index) {
        if (!(root.content instanceof Change.Content.Leaves(List<Change.Leaf> leaves))) {
            throw new IllegalStateException(
                    "transaction " + root.hash + ": no root (expected: one)");
        }
        Change.Leaf leaf = leaves.get(index);
        return find(leaf.id())
                .orElseThrow(() -> new IllegalStateException("delivery " + leaf.id()
                        + ": gone (expected: kept until its audit is over)"))
                .shown(index, leaf, paths(root, leaves).get(index));
    }

    /// The chain refused a root: its receipts are claimed again, in halves; one alone is given up.
    void refused(List<Change.Leaf> leaves, boolean sequenceUsed, Turn turn) {
        if (!sequenceUsed && leaves.size() == 1) {
            find(leaves.getFirst().id()).ifPresent(delivery -> giveUp(delivery, turn));
            return;
        }
        if (!sequenceUsed) {
            mostTogether = Math.max(1, leaves.size() / 2);
        }
        for (Change.Leaf leaf : leaves.reversed()) {
            Delivery delivery = deliveries.get(leaf.id());
            if (delivery != null) {
                delivery.claimed = null;
                if (delivery.position != null
                        && !contests.contest(delivery, delivery.position, turn)) {
                    ready.addFirst(delivery);
                }
            }
        }
        readySince = turn.now() - limits.batches().receiptMillis();
    }

    /// A root with this receipt alone was refused: it is dropped, unless another relay lists it.
    private void giveUp(Delivery delivery, Turn turn) {
        delivery.claimed = null;
        if (delivery.position == null || !contests.contest(delivery, delivery.position, turn)) {
            turn.count(Counter.DELIVERY_UNORDERED);
            done(delivery, turn);
        }
    }

    /// Begins to return a receipt or its evidence; without a handle there is nobody to return it
    /// to.
    void returnStage(Delivery delivery, TransferId.Stage stage, Turn turn) {
        Optional<PeerId> relay = delivery.returnTo();
        if (relay.isPresent() && !delivery.evidenceReturned) {
            links.add(relay.get(), new Parcel.Returned(switch (stage) {
                case RECEIPT -> delivery.receiptTransfer;
                case EVIDENCE -> delivery.evidenceTransfer;
            }));
        }
    }

    boolean wants(TransferId transfer) {
        Delivery delivery = transfers.get(transfer);
        return delivery != null && (isEvidence(delivery, transfer)
                ? delivery.isProven() && !delivery.evidenceReturned
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
            return;
        }
        OpenTransactions.Open root = delivery.claimed;
        if (root == null || root.included == null || delivery.evidenceReturned) {
            return;
        }
        if (root.isPaid()) {
            done(delivery, turn);
            return;
        }
        delivery.evidenceReturned = true;
        turn.change(new Change.DeliveryReturned(delivery.id));
        if (root.isSettled()) {
            claimAgain(delivery, root, turn);
        }
    }

    /// Gives up receipts whose messages never got a position.
    void sweep(Turn turn) {
        List<Delivery> over = deliveries.values().stream()
                .filter(each -> each.expiresAtMillis <= turn.now()
                        && (each.claimed == null || each.isSettled()) && !each.challenging)
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
        int together = Math.min(transactions.purse().affordable(mostTogether),
                limits.holding().audited() - underAudit);
        IdentityHashMap<List<OrderCommitment>, List<MerkleProof>> batches = new IdentityHashMap<>();
        while (!ready.isEmpty() && leaves.size() < together) {
            Delivery delivery = ready.remove();
            findPath(delivery, batches);
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
            if (delivery != null && !(transaction.isSettled() && delivery.evidenceReturned)) {
                delivery.claimed = transaction;
                delivery.leaf = index;
                transaction.unreturned++;
            }
        }
    }

    private Change.Leaf leaf(Delivery delivery) {
        Hash salt = TaggedHash.of(SALT_TAG, origin.salt(), delivery.id.bytes());
        return new Change.Leaf(
                delivery.id, salt, DeliveryLeaf
                        .of(salt, delivery.signed.getReceipt(), delivery.signed.getClaim()).hash(),
                delivery.batchPath());
    }

    /// The paths of one batch are made together.
    private static void findPath(Delivery delivery,
            IdentityHashMap<List<OrderCommitment>, List<MerkleProof>> batches) {
        BatchPlace place = delivery.place;
        if (delivery.batchPath == null && place != null) {
            delivery.batchPath = batches.computeIfAbsent(place.batch(), _ -> place.paths())
                    .get(place.position().index()).getAuntsList();
        }
        delivery.place = null;
    }

    private static List<MerkleProof> paths(OpenTransactions.Open transaction,
            List<Change.Leaf> leaves) {
        List<MerkleProof> known = transaction.paths;
        if (known == null) {
            known = MerkleTree.proveAll(hashes(leaves));
            transaction.paths = known;
        }
        return known;
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
        MerkleProof path = paths(transaction, leaves).get(delivery.leaf);
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

    /// Nothing of a delivery matters any more.
    void done(Delivery delivery, Turn turn) {
        OpenTransactions.Open transaction = delivery.claimed;
        Change.DeliveryDone change = new Change.DeliveryDone(delivery.id);
        turn.change(change);
        restore(change);
        if (transaction != null) {
            finish(transaction, turn);
        }
    }

    private static boolean isEvidence(Delivery delivery, TransferId transfer) {
        return transfer.equals(delivery.evidenceTransfer);
    }
}
