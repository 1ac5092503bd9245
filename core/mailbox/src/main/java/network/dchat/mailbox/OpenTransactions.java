package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import network.dchat.identity.Hash;
import network.dchat.ledger.Transaction;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MerkleProof;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;

/// The relay's transactions from when they are made until nothing of them matters any more. Each is
/// durable before it is submitted, and submitted as the same bytes until a block has it.
///
/// | state | left when |
/// |---|---|
/// | open | a block has it; or the chain refused it so often that it is given up |
/// | included, with receipts | its audit is over and the last receipt's evidence is returned |
final class OpenTransactions {
    /// Refusals of a kind that does not pass by itself before a transaction is given up.
    private static final int MAXIMUM_REFUSALS = 3;
    /// For how long a used sequence may mean that the block with the transaction is yet to be seen.
    private static final long REPLAYED_MILLIS = 10_000;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;
    private static final int SUBMITTED_AT_ONCE = 64;

    private final MailboxLimits.BatchLimits limits;
    private final Outcomes outcomes;
    private final Purse purse = new Purse();
    private final Map<Hash, Open> transactions = new LinkedHashMap<>();
    private long lastSequence;
    private boolean accountKnown;
    private int open;
    private int roots;
    private boolean timerSet;
    private boolean accountTimerSet;

    /// Who wants to know what became of a transaction.
    interface Outcomes {
        void included(Open transaction, ObservedBlock block, int index, Turn turn);

        /// It is given up: what it says may be said by others.
        void refused(Change.Content content, boolean sequenceUsed, Turn turn);
    }

    /// One transaction.
    static final class Open {
        final Hash hash;
        final ByteString bytes;
        final Change.Content content;
        /// Set when a block has it.
        @Nullable
        Included included;
        /// How far its audit is, when it has receipts; null before the draw.
        @Nullable
        RootAudit audit;
        /// Receipts whose evidence is not yet returned, or whose audit is not over.
        int unreturned;
        /// The paths of its leaves, made when first needed.
        @Nullable
        List<MerkleProof> paths;
        private long dueMillis;
        private int attempts;
        private int refusals;
        private long replayedSince;

        Open(Change.TransactionAdded added) {
            this.hash = added.hash();
            this.bytes = added.bytes();
            this.content = added.content();
        }

        boolean isRoot() {
            return content instanceof Change.Content.Leaves;
        }

        /// Whether its audit is over and was passed.
        boolean isPaid() {
            return isSettled() && audit != null && audit.isPassed();
        }

        /// Whether its audit is over.
        boolean isSettled() {
            return audit != null && audit.isSettled();
        }
    }

    /// Where a transaction stands on the chain.
    record Included(long height, MerkleProof path, LightBlock lightBlock) {}

    OpenTransactions(MailboxLimits.BatchLimits limits, Outcomes outcomes) {
        this.limits = limits;
        this.outcomes = outcomes;
    }

    /// Whether one more may be made now.
    boolean hasRoom() {
        return accountKnown && open < limits.openTransactions();
    }

    int open() {
        return open;
    }

    /// Delivery roots whose audit is not over.
    int roots() {
        return roots;
    }

    /// The audit of a root is over.
    void settled(RootAudit audit) {
        audit.settle();
        roots--;
    }

    Optional<Open> find(Hash hash) {
        return Optional.ofNullable(transactions.get(hash));
    }

    /// What the chain says of the account.
    ///
    /// @param affordable commitments and receipts that its balance pays for
    void accountKnown(long highestSequence, long affordable, Turn turn) {
        accountKnown = true;
        lastSequence = Math.max(lastSequence, highestSequence);
        purse.told(affordable, transactions.values().stream().filter(each -> each.included == null)
                .mapToLong(each -> each.content.cost()).sum());
        askLater(purse.askAgainAt(turn.now()), turn);
    }

    /// No validator has answered.
    void accountUnknown(Turn turn) {
        askLater(turn.now() + limits.resubmitMillis(), turn);
    }

    void accountTimerElapsed(Turn turn) {
        accountTimerSet = false;
        turn.effect(new Effect.FindAccount());
    }

    private void askLater(long atMillis, Turn turn) {
        if (!accountTimerSet) {
            accountTimerSet = true;
            turn.effect(new Effect.SetTimer(new TimerId.AccountDue(), atMillis));
        }
    }

    Purse purse() {
        return purse;
    }

    /// Makes a transaction durable and submits it.
    ///
    /// @param signed makes it with the sequence it is given
    Open make(LongFunction<Transaction> signed, Change.Content content, Turn turn) {
        Transaction transaction = signed.apply(lastSequence + 1);
        Change.TransactionAdded added = new Change.TransactionAdded(transaction.hash(),
                transaction.sequence(), transaction.encoded(), content);
        turn.change(added);
        Open made = restore(added);
        purse.spend(content.cost());
        submit(List.of(made), turn);
        arm(turn);
        return made;
    }

    Open restore(Change.TransactionAdded added) {
        Open transaction = new Open(added);
        transactions.put(added.hash(), transaction);
        open++;
        roots += transaction.isRoot() ? 1 : 0;
        sequenceUsed(added.sequence());
        return transaction;
    }

    void restore(Change.TransactionIncluded included) {
        Open transaction = transactions.get(included.hash());
        if (transaction != null && transaction.included == null) {
            open--;
            transaction.included = new Included(included.height(), included.path(),
                    included.lightBlock());
        }
    }

    void restore(Change.RootAudited known) {
        Open transaction = transactions.get(known.hash());
        if (transaction != null) {
            transaction.audit = new RootAudit(known);
            roots -= known.settled() ? 1 : 0;
        }
    }

    void restore(Change.TransactionDone done) {
        Open transaction = transactions.remove(done.hash());
        if (transaction != null && transaction.isRoot() && !transaction.isSettled()) {
            roots--;
        }
        if (transaction != null && transaction.included == null) {
            open--;
        }
    }

    /// A sequence that must not be used again.
    void sequenceUsed(long sequence) {
        lastSequence = Math.max(lastSequence, sequence);
        accountKnown = accountKnown || sequence > 0;
    }

    /// Submits everything that was restored.
    void start(Turn turn) {
        submit(transactions.values().stream().filter(each -> each.included == null).toList(), turn);
        arm(turn);
    }

    List<Open> all() {
        return List.copyOf(transactions.values());
    }

    /// A block may hold some of them.
    void committed(ObservedBlock block, Turn turn) {
        for (int index = 0; index < block.hashes().size(); index++) {
            Open found = transactions.get(block.hashes().get(index));
            if (found != null && found.included == null) {
                outcomes.included(found, block, index, turn);
            }
        }
    }

    /// A transaction is in a block, and its proofs are still needed.
    void keep(Open transaction, Included included, Turn turn) {
        Change.TransactionIncluded change = new Change.TransactionIncluded(transaction.hash,
                included.height(), included.path(), included.lightBlock());
        turn.change(change);
        restore(change);
    }

    /// Nothing of a transaction matters any more.
    void done(Open transaction, Turn turn) {
        Change.TransactionDone change = new Change.TransactionDone(transaction.hash);
        turn.change(change);
        restore(change);
    }

    /// Validators took a transaction or refused it.
    void answered(Hash hash, Optional<Rejection> rejection, Turn turn) {
        Open transaction = transactions.get(hash);
        if (transaction == null || transaction.included != null || rejection.isEmpty()) {
            return;
        }
        turn.count(Counter.TRANSACTION_REFUSED);
        RejectionCode code = rejection.get().getCode();
        switch (code) {
            case RATE_LIMITED, OVERLOADED, UNAVAILABLE, INSUFFICIENT_FUNDS -> {
                return;
            }
            case REPLAYED -> replayed(transaction, turn);
            default -> {
                transaction.refusals++;
                if (transaction.refusals >= MAXIMUM_REFUSALS) {
                    giveUp(transaction, false, turn);
                }
            }
        }
    }

    void timerElapsed(Turn turn) {
        timerSet = false;
        List<Open> due = new ArrayList<>();
        for (Open transaction : transactions.values()) {
            if (transaction.included == null && transaction.dueMillis <= turn.now()) {
                due.add(transaction);
            }
        }
        submit(due, turn);
        arm(turn);
    }

    private void replayed(Open transaction, Turn turn) {
        turn.effect(new Effect.FindAccount());
        if (transaction.replayedSince == 0) {
            transaction.replayedSince = turn.now();
        } else if (turn.now() - transaction.replayedSince >= REPLAYED_MILLIS) {
            giveUp(transaction, true, turn);
        }
    }

    private void giveUp(Open transaction, boolean sequenceUsed, Turn turn) {
        done(transaction, turn);
        outcomes.refused(transaction.content, sequenceUsed, turn);
    }

    private void submit(List<Open> due, Turn turn) {
        List<Effect.Transaction> frame = new ArrayList<>();
        for (Open transaction : due) {
            transaction.attempts++;
            transaction.dueMillis = turn.now() + Math.min(LONGEST_PAUSE_MILLIS,
                    limits.resubmitMillis() << Math.min(transaction.attempts - 1, 10));
            frame.add(new Effect.Transaction(transaction.hash, transaction.bytes));
            if (frame.size() == SUBMITTED_AT_ONCE) {
                turn.effect(new Effect.SubmitTransactions(frame));
                frame = new ArrayList<>();
            }
        }
        if (!frame.isEmpty()) {
            turn.effect(new Effect.SubmitTransactions(frame));
        }
    }

    private void arm(Turn turn) {
        if (!timerSet && open > 0) {
            timerSet = true;
            turn.effect(new Effect.SetTimer(new TimerId.TransactionsDue(),
                    turn.now() + limits.resubmitMillis()));
        }
    }
}
