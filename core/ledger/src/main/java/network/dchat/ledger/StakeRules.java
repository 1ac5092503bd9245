package network.dchat.ledger;

import java.util.Optional;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Stake;
import network.dchat.wire.v1.Unbonding;
import network.dchat.wire.v1.Unbondings;

/// Stakes: units go in at once, and come out when no old offence can be proven any more. Each
/// change costs the fee of one commitment, which burns. Owned by one thread.
final class StakeRules {
    private final StateDraft draft;

    StakeRules(StateDraft draft) {
        this.draft = draft;
    }

    Verified<Plan> stake(Transaction transaction) {
        Stake action = transaction.body().getStake();
        long amount = action.getAmount();
        long fee = draft.terms().fee();
        Runnable lock = () -> {
            draft.put(draft.account(transaction.sender()).lock(amount));
            draft.units().burn(fee);
        };
        if (action.getConsensusKey().isEmpty()) {
            return Verified.accepted(new Plan(fee, 0, amount, lock));
        }
        PublicKey key = new PublicKey(action.getConsensusKey());
        Optional<Candidate> known = draft.candidate(transaction.sender());
        if (known.isPresent() && (!known.get().key().equals(key) || known.get().jailed())) {
            return Verified.rejected(RejectionCode.CONFLICT,
                    "consensus key: the owner has "
                            + (known.get().jailed() ? "one that was punished" : "another")
                            + " (expected: one for good)");
        }
        if (known.isEmpty() && (draft.isTaken(key) || key.equals(transaction.signer()))) {
            return Verified.rejected(RejectionCode.CONFLICT,
                    "consensus key: in use (expected: one of the owner's alone)");
        }
        if (known.isEmpty() && draft.candidateCount() >= LedgerLimits.MAXIMUM_CANDIDATES) {
            return Verified.rejected(RejectionCode.QUOTA_EXCEEDED,
                    "consensus keys: " + LedgerLimits.MAXIMUM_CANDIDATES + " are registered");
        }
        long stake = draft.account(transaction.sender()).stake() + amount;
        if (stake < draft.terms().powerUnit()) {
            return Verified.rejected(RejectionCode.INSUFFICIENT_FUNDS, "stake: " + stake
                    + " (expected: " + draft.terms().powerUnit() + " for one voting power)");
        }
        return Verified.accepted(new Plan(fee, 0, amount, () -> {
            lock.run();
            draft.put(known.orElse(new Candidate(key, transaction.signer(), 0, false)));
        }));
    }

    Verified<Plan> unstake(Transaction transaction) {
        long amount = transaction.body().getUnstake().getAmount();
        long fee = draft.terms().fee();
        Account account = draft.account(transaction.sender());
        if (amount > account.stake()) {
            return Verified.rejected(RejectionCode.INSUFFICIENT_FUNDS,
                    "stake: " + account.stake() + " (expected: " + amount + ")");
        }
        Unbondings before = draft.unbondings().get(transaction.sender())
                .orElse(Unbondings.newBuilder().setAddress(transaction.sender().bytes()).build());
        if (before.getEntriesCount() >= LedgerLimits.MAXIMUM_UNBONDINGS) {
            return Verified.rejected(RejectionCode.QUOTA_EXCEEDED,
                    "unbonding: " + before.getEntriesCount() + " amounts already");
        }
        Unbonding added = Unbonding.newBuilder().setAmount(amount)
                .setHeight(draft.height() + 1 + draft.terms().evidenceBlocks()).build();
        return Verified.accepted(new Plan(fee, 0, 0, () -> {
            draft.put(draft.account(transaction.sender()).lock(-amount));
            draft.units().unbond(amount);
            draft.units().burn(fee);
            draft.unbond(transaction.sender(), before.toBuilder().addEntries(added).build());
        }));
    }
}
