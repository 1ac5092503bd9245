package network.dchat.ledger;

import java.util.Optional;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.RegisterNode;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Transfer;

/// Which transactions apply to a state, and what they do to it. A transaction is checked completely
/// before it changes anything, so that one that is refused leaves no trace. What depends on the
/// block's own time or hash happens after all of its transactions, so that a proposer, who does not
/// know them, selects what applies. Owned by one thread.
final class TransactionRules {
    private final StateDraft draft;
    private final DeliveryRules deliveries;
    private final AuditRules audits;
    private final StakeRules stakes;
    private final StorageAuditRules storage;
    private int registrations;

    TransactionRules(StateDraft draft) {
        this.draft = draft;
        this.deliveries = new DeliveryRules(draft);
        this.audits = new AuditRules(draft);
        this.stakes = new StakeRules(draft);
        this.storage = new StorageAuditRules(draft);
    }

    /// Why the transaction does not apply; empty when it does. Changes nothing.
    Optional<Rejection> check(Transaction transaction) {
        return plan(transaction, 0).refusal();
    }

    /// Applies the transaction, or refuses it and stays as it was.
    Verified<BlockOutcome.Result> apply(Transaction transaction, int index) {
        return plan(transaction, index).then(plan -> {
            plan.change().run();
            draft.put(draft.account(transaction.sender()).debit(plan.cost())
                    .use(transaction.sequence()));
            return Verified.accepted(
                    new BlockOutcome.Result(transaction.hash(), plan.fee(), plan.deposit()));
        });
    }

    private Verified<Plan> plan(Transaction transaction, int index) {
        Account sender = draft.account(transaction.sender());
        if (!sender.sequences().isUsable(transaction.sequence())) {
            return Verified.rejected(RejectionCode.REPLAYED,
                    "sequence: " + transaction.sequence() + " (expected: unused, above "
                            + (sender.sequences().highest() - LedgerLimits.SEQUENCE_WINDOW) + ")");
        }
        Verified<Plan> plan = switch (transaction.body().getActionCase()) {
            case ORDER_BATCH -> deliveries.order(transaction, index);
            case DELIVERY_ROOT -> deliveries.root(transaction, index);
            case REGISTER_NODE -> registerNode(transaction);
            case TRANSFER -> transfer(transaction.body().getTransfer());
            case DELIVERY_AUDIT -> audits.audit(transaction);
            case STAKE -> stakes.stake(transaction);
            case UNSTAKE -> stakes.unstake(transaction);
            case STORAGE_AUDIT_RESULT -> storage.result(transaction);
            case ACTION_NOT_SET -> throw new IllegalStateException("action: "
                    + transaction.body().getActionCase() + " (expected: a verified one)");
        };
        return plan.then(it -> it.cost() > sender.balance()
                ? Verified.rejected(RejectionCode.INSUFFICIENT_FUNDS,
                        "balance: " + sender.balance() + " (expected: " + it.cost() + ")")
                : Verified.accepted(it));
    }

    private Verified<Plan> registerNode(Transaction transaction) {
        RegisterNode action = transaction.body().getRegisterNode();
        Optional<RegisteredNode> known = draft.node(transaction.signer());
        if (registrations >= LedgerLimits.MAXIMUM_REGISTRATIONS) {
            return Verified.rejected(RejectionCode.RATE_LIMITED,
                    "registrations: " + registrations + " in this block already");
        }
        if (known.isPresent() && known.get().getRole() != action.getRole()) {
            return Verified.rejected(RejectionCode.CONFLICT, "role: " + action.getRole()
                    + " (expected: " + known.get().getRole() + ", as registered)");
        }
        if (known.isEmpty() && draft.nodeCount() >= LedgerLimits.MAXIMUM_NODES) {
            return Verified.rejected(RejectionCode.QUOTA_EXCEEDED,
                    "nodes: " + LedgerLimits.MAXIMUM_NODES + " are registered");
        }
        RegisteredNode node = known
                .orElse(RegisteredNode.newBuilder().setPeerKey(transaction.signer().bytes())
                        .setRole(action.getRole()).setRegisteredHeight(draft.height()).build())
                .toBuilder().setOperator(action.getOperator()).setRegion(action.getRegion())
                .setCapacity(action.getCapacity()).build();
        return Verified.accepted(new Plan(0, 0, 0, () -> {
            draft.put(transaction.signer(), node);
            registrations++;
        }));
    }

    private Verified<Plan> transfer(Transfer action) {
        WalletAddress recipient = new WalletAddress(action.getRecipient());
        long amount = action.getAmount();
        long fee = draft.terms().fee();
        return Verified.accepted(new Plan(fee, 0, amount, () -> {
            draft.credit(recipient, amount);
            draft.units().burn(fee);
        }));
    }
}
