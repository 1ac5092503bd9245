package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.ChainTerms;
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.AuditedLeaf;

/// What other relays claim, for as long as it can be challenged: where a delivery of ours stands at
/// a position that another lists, our claim is shown against its root.
///
/// | state of a delivery that another lists | left when |
/// |---|---|
/// | contested | the root is drawn: a challenge shows our claim |
/// | challenging | a block has it: the chain pays us unless the other shows that leaf too |
/// | lost | the other showed that leaf: the delivery is dropped |
///
/// When a root's time is over, what was contested and not challenged can be claimed again.
final class ForeignRoots {
    private final Deliveries.Origin origin;
    private final ChainTerms terms;
    private final int maximumPositions;
    private final OpenTransactions transactions;
    private final Deliveries deliveries;
    private final Map<Hash, Root> roots = new LinkedHashMap<>();
    private final Map<OrderPosition, Spot> spots = new LinkedHashMap<>();
    private long challenges;

    /// Where a position is listed.
    private record Spot(Root root, int index) {}

    /// A root of another relay.
    private static final class Root {
        private final ObservedBlock.Root listed;
        private final long height;
        /// Set by the draw.
        private long deadlineMillis;
        private boolean extended;
        private final Set<Integer> shown = new HashSet<>();
        private final TreeMap<Integer, Delivery> contested = new TreeMap<>();

        Root(ObservedBlock.Root listed, long height) {
            this.listed = listed;
            this.height = height;
        }

        boolean isDrawn() {
            return deadlineMillis != 0;
        }
    }

    ForeignRoots(Deliveries.Origin origin, ChainTerms terms, int maximumPositions,
            OpenTransactions transactions, Deliveries deliveries) {
        this.origin = origin;
        this.terms = terms;
        this.maximumPositions = maximumPositions;
        this.transactions = transactions;
        this.deliveries = deliveries;
    }

    /// Transactions made that challenge.
    long challenges() {
        return challenges;
    }

    /// Takes a delivery over when another relay lists its position.
    boolean contest(Delivery delivery, OrderPosition position, Turn turn) {
        Spot spot = spots.get(position);
        if (spot == null) {
            return false;
        }
        if (spot.root().shown.contains(spot.index())) {
            deliveries.lost(delivery, turn);
            return true;
        }
        spot.root().contested.put(spot.index(), delivery);
        if (spot.root().isDrawn()) {
            challenge(spot.root(), List.of(spot.index()), turn);
        }
        return true;
    }

    /// A block was committed.
    void committed(ObservedBlock block, Turn turn) {
        for (Root root : roots.values()) {
            if (!root.isDrawn() && root.height < block.height()) {
                root.deadlineMillis = block.timeMillis() + terms.auditMillis();
                challenge(root, List.copyOf(root.contested.keySet()), turn);
            }
        }
        for (ObservedBlock.Audit audit : block.audits()) {
            Optional.ofNullable(roots.get(audit.root()))
                    .ifPresent(root -> seen(root, audit, block, turn));
        }
        for (Root root : List.copyOf(roots.values())) {
            if (root.isDrawn() && root.deadlineMillis <= block.timeMillis()) {
                drop(root, turn);
            }
        }
        PublicKey self = origin.key().publicKey();
        for (ObservedBlock.Root listed : block.roots()) {
            if (!listed.signer().equals(self)) {
                list(new Root(listed, block.height()), turn);
            }
        }
    }

    /// A block has a challenge: the chain does the rest.
    void included(Change.Content.Challenge content, Turn turn) {
        for (MessageId id : content.deliveries()) {
            deliveries.find(id).ifPresent(delivery -> deliveries.done(delivery, turn));
        }
    }

    /// A challenge was given up. It is made again, one by one; one alone waits for the root's end.
    void refused(Change.Content.Challenge content, boolean sequenceUsed, Turn turn) {
        turn.count(Counter.CHALLENGE_REFUSED);
        Root root = roots.get(content.root());
        for (MessageId id : content.deliveries()) {
            Optional<Delivery> found = deliveries.find(id);
            if (found.isEmpty()) {
                continue;
            }
            Delivery delivery = found.get();
            delivery.challenging = false;
            Spot spot = delivery.position == null ? null : spots.get(delivery.position);
            if (root == null || spot == null || spot.root() != root) {
                deliveries.free(delivery, turn);
                continue;
            }
            root.contested.put(spot.index(), delivery);
            if (sequenceUsed || content.deliveries().size() > 1) {
                challenge(root, List.of(spot.index()), turn);
            }
        }
    }

    private void list(Root root, Turn turn) {
        roots.put(root.listed.transaction(), root);
        List<OrderPosition> positions = root.listed.positions();
        for (int index = 0; index < positions.size(); index++) {
            OrderPosition position = positions.get(index);
            spots.put(position, new Spot(root, index));
            Optional<Delivery> ours = deliveries.withdraw(position);
            if (ours.isPresent()) {
                root.contested.put(index, ours.get());
            }
        }
        while (spots.size() > maximumPositions && roots.size() > 1) {
            turn.count(Counter.LISTING_DROPPED);
            drop(roots.values().iterator().next(), turn);
        }
    }

    private void seen(Root root, ObservedBlock.Audit audit, ObservedBlock block, Turn turn) {
        if (!audit.signer().equals(root.listed.signer())) {
            if (!root.extended && root.isDrawn()
                    && block.timeMillis() >= root.deadlineMillis - terms.auditMillis() / 4) {
                root.extended = true;
                root.deadlineMillis = Math.max(root.deadlineMillis, block.timeMillis())
                        + terms.auditMillis() / 2;
            }
            return;
        }
        for (int index : audit.leaves()) {
            root.shown.add(index);
            Delivery delivery = root.contested.get(index);
            if (delivery != null && !delivery.challenging) {
                root.contested.remove(index);
                deliveries.lost(delivery, turn);
            }
        }
    }

    private void drop(Root root, Turn turn) {
        roots.remove(root.listed.transaction());
        root.listed.positions().forEach(position -> {
            Spot spot = spots.get(position);
            if (spot != null && spot.root() == root) {
                spots.remove(position);
            }
        });
        for (Delivery delivery : root.contested.values()) {
            if (!delivery.challenging) {
                deliveries.free(delivery, turn);
            }
        }
    }

    private void challenge(Root root, List<Integer> indexes, Turn turn) {
        int together = LedgerLimits.MAXIMUM_AUDITED_LEAVES;
        for (int from = 0; from < indexes.size(); from += together) {
            List<AuditedLeaf> leaves = new ArrayList<>();
            List<MessageId> ids = new ArrayList<>();
            for (int index : indexes.subList(from, Math.min(indexes.size(), from + together))) {
                Delivery delivery = Optional.ofNullable(root.contested.get(index)).orElseThrow();
                delivery.challenging = true;
                leaves.add(delivery.claimed(index));
                ids.add(delivery.id);
            }
            Hash hash = root.listed.transaction();
            transactions.make(sequence -> Transactions.deliveryAudit(origin.network(), origin.key(),
                    sequence, hash, leaves), new Change.Content.Challenge(hash, ids), turn);
            challenges++;
            turn.count(Counter.CHALLENGE_MADE);
        }
    }
}
