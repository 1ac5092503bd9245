package network.dchat.ledger;

import java.util.LinkedHashSet;
import java.util.Set;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.LeafChallenge;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.Position;

/// The end of a delivery root: who is paid for which position, and what becomes of the deposit.
final class RootClosing {
    private final StateDraft draft;
    private final OpenRoot root;

    RootClosing(StateDraft draft, OpenRoot root) {
        this.draft = draft;
        this.root = root;
    }

    /// Closes the root by what was shown.
    void settle() {
        if (root.getShownList().containsAll(root.getRequiredList())) {
            succeed();
        } else {
            fail();
        }
    }

    /// Pays every position to the root's relay, and gives the deposit back.
    private void succeed() {
        PublicKey relay = new PublicKey(root.getSigner());
        for (int leaf = 0; leaf < root.getCount(); leaf++) {
            pay(leaf, relay);
        }
        draft.duties().change(relay, duty -> duty.setSettledRoots(duty.getSettledRoots() + 1));
        draft.credit(WalletAddress.of(relay), root.getDeposit());
        close();
    }

    /// Burns the deposit, pays those positions that others showed claims for, and lets the rest be
    /// listed again.
    void fail() {
        for (LeafChallenge each : root.getChallengesList()) {
            if (!root.getShownList().contains(each.getLeaf())) {
                pay(each.getLeaf(), new PublicKey(each.getChallenger()));
            }
        }
        for (Position position : root.getPositionsList()) {
            BatchMarks marks = draft.batches().get(Place.of(position)).orElseThrow();
            marks.free(position.getIndex());
            draft.batches().put(Place.of(position), marks);
        }
        draft.units().burn(root.getDeposit());
        close();
    }

    private void pay(int leaf, PublicKey relay) {
        Position position = root.getPositions(leaf);
        BatchMarks marks = draft.batches().get(Place.of(position)).orElseThrow();
        OrderedBatch batch = marks.batch();
        marks.pay(position.getIndex());
        draft.batches().put(Place.of(position), marks);
        draft.units().pool(-batch.getReward());
        draft.credit(WalletAddress.of(relay), batch.getReward());
        draft.duties().change(relay,
                duty -> duty.setBurnt(duty.getBurnt() + batch.getFee() - batch.getReward()));
    }

    private void close() {
        draft.units().deposit(-root.getDeposit());
        draft.roots().remove(new Hash(root.getTransactionHash()));
        draft.duties().change(new PublicKey(root.getSigner()),
                duty -> duty.setOpenRoots(duty.getOpenRoots() - 1));
        OrderedSet<Due> roots = draft.deadlines().roots().without(Deadlines.of(root).orElseThrow());
        draft.setDeadlines(draft.deadlines().withRoots(roots));
        Set<Place> places = new LinkedHashSet<>();
        root.getPositionsList().forEach(position -> places.add(Place.of(position)));
        places.forEach(draft::touch);
    }
}
