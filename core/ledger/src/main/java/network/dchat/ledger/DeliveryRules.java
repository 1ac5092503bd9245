package network.dchat.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.DeliveryRoot;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.OrderBatch;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.Position;
import network.dchat.wire.v1.RejectionCode;

/// Order batches and delivery roots. Owned by one thread.
final class DeliveryRules {
    private final StateDraft draft;

    DeliveryRules(StateDraft draft) {
        this.draft = draft;
    }

    Verified<Plan> order(Transaction transaction, int index) {
        OrderBatch action = transaction.body().getOrderBatch();
        int count = action.getCommitmentsCount();
        int most = draft.terms().parameters().getMaxBatchCommitments();
        if (count > most) {
            return Verified.rejected(RejectionCode.INVALID,
                    "commitments: " + count + " (expected: up to " + most + ")");
        }
        long fee = draft.terms().fee();
        long reward = draft.terms().reward();
        OrderedBatch batch = OrderedBatch.newBuilder().setHeight(draft.height())
                .setTransaction(index).setCount(count).setFee(fee).setReward(reward)
                .setCommitmentsRoot(transaction.commitmentsRoot().bytes()).build();
        return Verified.accepted(new Plan(fee * count, 0, 0, () -> {
            draft.add(new Place(draft.height(), index), new BatchMarks(batch));
            draft.units().pool(reward * count);
            draft.units().burn((fee - reward) * count);
        }));
    }

    Verified<Plan> root(Transaction transaction, int index) {
        DeliveryRoot action = transaction.body().getDeliveryRoot();
        int most = draft.terms().parameters().getMaxRootLeaves();
        if (action.getCount() > most) {
            return Verified.rejected(RejectionCode.INVALID,
                    "leaves: " + action.getCount() + " (expected: up to " + most + ")");
        }
        int open = draft.duties().of(transaction.signer()).getOpenRoots();
        if (open >= LedgerLimits.MAXIMUM_OPEN_ROOTS) {
            return Verified.rejected(RejectionCode.QUOTA_EXCEEDED,
                    "open roots: " + open + " of this relay already");
        }
        List<Claimed> claims = new ArrayList<>(action.getPositionsCount());
        long deposit = 0;
        for (Position position : action.getPositionsList()) {
            Optional<BatchMarks> marks = position.getHeight() < draft.height()
                    ? draft.batches().get(Place.of(position))
                    : Optional.empty();
            if (marks.isEmpty() || position.getIndex() >= marks.get().batch().getCount()) {
                return Verified.rejected(RejectionCode.NOT_FOUND,
                        "position: " + name(position) + " (expected: an ordered commitment)");
            }
            if (Deadlines.of(marks.get().batch(), draft.terms()).millis() <= draft.base()
                    .timeMillis()) {
                return Verified.rejected(RejectionCode.EXPIRED,
                        "position: " + name(position) + " (expected: one whose claims go on)");
            }
            if (marks.get().isClaimed(position.getIndex())) {
                return Verified.rejected(RejectionCode.CONFLICT,
                        "position: " + name(position) + " (expected: not claimed so far)");
            }
            claims.add(new Claimed(Place.of(position), marks.get(), position.getIndex()));
            deposit += marks.get().batch().getFee();
        }
        OpenRoot root = OpenRoot.newBuilder().setTransactionHash(transaction.hash().bytes())
                .setSigner(transaction.signer().bytes()).setRoot(action.getRoot())
                .setCount(action.getCount()).setDeposit(deposit).setHeight(draft.height())
                .setTransaction(index).addAllPositions(action.getPositionsList()).build();
        return Verified.accepted(new Plan(0, deposit, 0, () -> {
            claims.forEach(claim -> {
                claim.marks().claim(claim.index());
                draft.batches().put(claim.place(), claim.marks());
            });
            draft.open(transaction.hash(), root);
            draft.duties().change(transaction.signer(),
                    duty -> duty.setOpenRoots(duty.getOpenRoots() + 1));
            draft.units().deposit(root.getDeposit());
        }));
    }

    private static String name(Position position) {
        return position.getHeight() + "/" + position.getTransaction() + "/" + position.getIndex();
    }

    private record Claimed(Place place, BatchMarks marks, int index) {}
}
