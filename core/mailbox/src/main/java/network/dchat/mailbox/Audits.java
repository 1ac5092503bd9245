package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.AuditDraw;
import network.dchat.ledger.ChainTerms;
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.AuditedLeaf;

/// The audits of this relay's delivery roots.
///
/// | state of a root | left when |
/// |---|---|
/// | included | the next block's hash draws leaves: they are shown in a `DeliveryAudit` |
/// | drawn | a block's time is past the deadline; what others challenge meanwhile is shown too |
/// | settled | its evidence is returned ([Deliveries]) |
///
/// A root is judged here as the chain judges it, from the same blocks.
final class Audits {
    private final Deliveries.Origin origin;
    private final ChainTerms terms;
    private final OpenTransactions transactions;
    private final Deliveries deliveries;
    private final Map<Hash, OpenTransactions.Open> undrawn = new LinkedHashMap<>();
    private final Map<Hash, OpenTransactions.Open> drawn = new LinkedHashMap<>();
    private long settled;
    private long burnt;
    private long made;
    private long met;
    private long earned;

    Audits(Deliveries.Origin origin, ChainTerms terms, OpenTransactions transactions,
            Deliveries deliveries) {
        this.origin = origin;
        this.terms = terms;
        this.transactions = transactions;
        this.deliveries = deliveries;
    }

    /// Roots whose audit is not over.
    int open() {
        return undrawn.size() + drawn.size();
    }

    /// What was counted.
    ///
    /// @param challenges made against others
    AuditStatus status(long challenges) {
        return new AuditStatus(open(), deliveries.underAudit(), settled, burnt, made, challenges,
                met, earned);
    }

    /// Takes up the roots and audits of an earlier life.
    void start(Turn turn) {
        for (OpenTransactions.Open transaction : transactions.all()) {
            if (transaction.content instanceof Change.Content.Leaves && transaction.included != null
                    && !transaction.isSettled()) {
                (transaction.audit == null ? undrawn : drawn).put(transaction.hash, transaction);
            }
        }
        for (OpenTransactions.Open transaction : transactions.all()) {
            if (transaction.content instanceof Change.Content.Audit(Hash root, var leaves)) {
                audited(root).ifPresent(audit -> audit.ask(leaves));
            }
        }
        drawn.values().forEach(root -> show(root, LedgerLimits.MAXIMUM_AUDITED_LEAVES, turn));
    }

    /// A block has an own root.
    void included(OpenTransactions.Open root) {
        undrawn.put(root.hash, root);
    }

    /// An audit was given up: its leaves are shown again, one by one, as soon as there is another
    /// block.
    void refused(Change.Content.Audit content, Turn turn) {
        turn.count(Counter.AUDIT_REFUSED);
        audited(content.root()).ifPresent(audit -> audit.askAgain(content.leaves()));
    }

    /// A block was committed; its own transactions are known already.
    void committed(ObservedBlock block, Turn turn) {
        for (OpenTransactions.Open root : List.copyOf(undrawn.values())) {
            if (root.included != null && root.included.height() < block.height()) {
                draw(root, block, turn);
            }
        }
        for (ObservedBlock.Audit audit : block.audits()) {
            Optional.ofNullable(drawn.get(audit.root()))
                    .ifPresent(root -> seen(root, audit, block, turn));
        }
        for (OpenTransactions.Open root : List.copyOf(drawn.values())) {
            RootAudit audit = audit(root);
            if (audit.isOver(block.timeMillis())) {
                settle(root, audit, turn);
            } else if (!audit.missing().isEmpty()) {
                show(root, 1, turn);
            }
        }
    }

    private void draw(OpenTransactions.Open root, ObservedBlock block, Turn turn) {
        undrawn.remove(root.hash);
        drawn.put(root.hash, root);
        root.audit = new RootAudit(block.timeMillis() + terms.auditMillis(),
                AuditDraw.leaves(root.hash, block.hash(), leaves(root).size()));
        turn.change(root.audit.change(root.hash));
        show(root, LedgerLimits.MAXIMUM_AUDITED_LEAVES, turn);
    }

    /// Someone showed leaves: this relay, or one that challenges it.
    private void seen(OpenTransactions.Open root, ObservedBlock.Audit shown, ObservedBlock block,
            Turn turn) {
        RootAudit audit = audit(root);
        PublicKey self = origin.key().publicKey();
        if (shown.signer().equals(self)) {
            audit.show(shown.leaves());
        } else {
            int fresh = audit.challenge(shown.leaves(), block.timeMillis(), terms.auditMillis());
            met += fresh;
            turn.count(Counter.CHALLENGE_MET, fresh);
            show(root, LedgerLimits.MAXIMUM_AUDITED_LEAVES, turn);
        }
        turn.change(audit.change(root.hash));
    }

    /// Shows what is wanted and in no audit.
    ///
    /// @param together leaves in one transaction
    private void show(OpenTransactions.Open root, int together, Turn turn) {
        List<Integer> missing = audit(root).missing();
        for (int from = 0; from < missing.size(); from += together) {
            List<Integer> part = missing.subList(from, Math.min(missing.size(), from + together));
            List<AuditedLeaf> leaves = new ArrayList<>();
            for (int index : part) {
                leaves.add(deliveries.shown(root, index));
            }
            audit(root).ask(part);
            transactions.make(sequence -> Transactions.deliveryAudit(origin.network(), origin.key(),
                    sequence, root.hash, leaves), new Change.Content.Audit(root.hash, part), turn);
            made++;
            turn.count(Counter.AUDIT_MADE);
        }
    }

    private void settle(OpenTransactions.Open root, RootAudit audit, Turn turn) {
        drawn.remove(root.hash);
        transactions.settled(audit);
        turn.change(audit.change(root.hash));
        int leaves = leaves(root).size();
        if (audit.isPassed()) {
            settled++;
            earned += terms.reward() * leaves;
            transactions.purse().returned(leaves);
            turn.count(Counter.ROOT_SETTLED);
        } else {
            burnt++;
            turn.count(Counter.ROOT_BURNT);
        }
        deliveries.settled(root, leaves(root), audit.isPassed(), turn);
    }

    private Optional<RootAudit> audited(Hash root) {
        return Optional.ofNullable(drawn.get(root)).map(Audits::audit);
    }

    private static RootAudit audit(OpenTransactions.Open root) {
        if (root.audit == null) {
            throw new IllegalStateException("root " + root.hash + ": no draw (expected: one)");
        }
        return root.audit;
    }

    private static List<Change.Leaf> leaves(OpenTransactions.Open root) {
        if (!(root.content instanceof Change.Content.Leaves(List<Change.Leaf> leaves))) {
            throw new IllegalStateException(
                    "transaction " + root.hash + ": no root (expected: one)");
        }
        return leaves;
    }
}
