package network.dchat.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.AuditedLeaf;
import network.dchat.wire.v1.DeliveryAudit;
import network.dchat.wire.v1.LeafChallenge;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.Position;
import network.dchat.wire.v1.RejectionCode;

/// Audits of delivery roots. The root's own relay shows what it must show; another relay that holds
/// the claim for a listed position shows that, and the leaf becomes one that must be shown. An
/// audit costs nothing, and applies only where it shows something new. Owned by one thread.
final class AuditRules {
    private final StateDraft draft;

    AuditRules(StateDraft draft) {
        this.draft = draft;
    }

    Verified<Plan> audit(Transaction transaction) {
        DeliveryAudit action = transaction.body().getDeliveryAudit();
        Optional<OpenRoot> root = draft.roots().get(new Hash(action.getRootTransaction()));
        if (root.isEmpty()) {
            return Verified.rejected(RejectionCode.NOT_FOUND,
                    "root: none that is open (expected: one)");
        }
        if (root.get().getDeadlineMillis() == 0) {
            return Verified.rejected(RejectionCode.CONFLICT,
                    "root: its leaves are not drawn so far");
        }
        return root.get().getSigner().equals(transaction.signer().bytes())
                ? answer(transaction, root.get())
                : challenge(transaction, root.get());
    }

    /// The root's relay shows leaves. A leaf of its tree with a claim that is none, or another's,
    /// is a forgery: the transaction applies, and the relay is slashed.
    private Verified<Plan> answer(Transaction transaction, OpenRoot root) {
        List<AuditedLeaf> leaves = transaction.body().getDeliveryAudit().getLeavesList();
        List<Integer> shown = new ArrayList<>();
        boolean forged = false;
        for (int place = 0; place < leaves.size(); place++) {
            AuditedLeaf leaf = leaves.get(place);
            if (!root.getRequiredList().contains(leaf.getIndex())
                    || root.getShownList().contains(leaf.getIndex())) {
                return Verified.rejected(RejectionCode.CONFLICT, "leaf: " + leaf.getIndex()
                        + " (expected: one that must be shown and was not)");
            }
            if (!isIn(root, leaf)) {
                return Verified.rejected(RejectionCode.INVALID,
                        "leaf: " + leaf.getIndex() + ", its path does not lead to the root");
            }
            Optional<DeliveryClaim> claim = claim(transaction, place);
            forged |= claim.isEmpty();
            if (claim.isPresent() && !isOf(root, leaf, claim.get())) {
                return Verified.rejected(RejectionCode.INVALID, "leaf: " + leaf.getIndex()
                        + ", its claim is not shown to be the position's");
            }
            shown.add(leaf.getIndex());
        }
        if (forged) {
            return Verified.accepted(new Plan(0, 0, 0, () -> {
                new Slashing(draft).slash(transaction.sender());
                new RootClosing(draft, root).fail();
            }));
        }
        TreeSet<Integer> all = new TreeSet<>(root.getShownList());
        all.addAll(shown);
        OpenRoot changed = root.toBuilder().clearShown().addAllShown(all).build();
        return Verified.accepted(new Plan(0, 0, 0,
                () -> draft.roots().put(new Hash(root.getTransactionHash()), changed)));
    }

    /// Another relay shows its own claims for positions that the root lists.
    private Verified<Plan> challenge(Transaction transaction, OpenRoot root) {
        long asked = root.getDeadlineMillis()
                - (root.getExtended() ? root.getWindowMillis() / 2 : 0);
        if (draft.base().timeMillis() >= asked) {
            return Verified.rejected(RejectionCode.EXPIRED,
                    "challenge: too late (expected: before the deadline)");
        }
        List<AuditedLeaf> leaves = transaction.body().getDeliveryAudit().getLeavesList();
        List<LeafChallenge> challenges = new ArrayList<>(root.getChallengesList());
        TreeSet<Integer> required = new TreeSet<>(root.getRequiredList());
        for (int place = 0; place < leaves.size(); place++) {
            AuditedLeaf leaf = leaves.get(place);
            int index = leaf.getIndex();
            boolean known = root.getShownList().contains(index)
                    || root.getChallengesList().stream().anyMatch(each -> each.getLeaf() == index);
            if (index >= root.getCount() || known) {
                return Verified.rejected(RejectionCode.CONFLICT, "leaf: " + index
                        + " (expected: one of the root that nobody showed so far)");
            }
            if (claim(transaction, place).filter(claim -> isOf(root, leaf, claim)).isEmpty()) {
                return Verified.rejected(RejectionCode.INVALID,
                        "leaf: " + index + " (expected: the challenger's own claim)");
            }
            required.add(index);
            challenges.add(LeafChallenge.newBuilder().setLeaf(index)
                    .setChallenger(transaction.signer().bytes()).build());
        }
        challenges.sort(java.util.Comparator.comparingInt(LeafChallenge::getLeaf));
        OpenRoot changed = root.toBuilder().clearRequired().addAllRequired(required)
                .clearChallenges().addAllChallenges(challenges).build();
        return Verified.accepted(new Plan(0, 0, 0,
                () -> draft.challenge(new Hash(root.getTransactionHash()), changed)));
    }

    /// The claim of a leaf, where it holds and names the signer.
    private Optional<DeliveryClaim> claim(Transaction transaction, int place) {
        PeerId signer = PeerId.of(transaction.signer());
        return transaction.claims(draft.base().networkId()).get(place).toOptional()
                .filter(claim -> claim.relay().equals(signer));
    }

    /// True when the root's tree holds the leaf where it says.
    private static boolean isIn(OpenRoot root, AuditedLeaf leaf) {
        Optional<Hash> salt = Hash.parse(leaf.getSalt());
        Optional<Hash> receipt = Hash.parse(leaf.getReceiptHash());
        boolean hashable = leaf.getClaim().getPublicKey().size() == 32
                && leaf.getClaim().getSignature().size() == 64;
        if (salt.isEmpty() || receipt.isEmpty() || !hashable) {
            return false;
        }
        return new DeliveryLeaf(salt.get(), receipt.get(), DeliveryLeaf.claimHash(leaf.getClaim()))
                .rootOver(root.getCount(), leaf.getIndex(), leaf.getAuntsList())
                .filter(found -> found.bytes().equals(root.getRoot())).isPresent();
    }

    /// True when the claim is for the commitment at the leaf's position.
    private boolean isOf(OpenRoot root, AuditedLeaf leaf, DeliveryClaim claim) {
        Position position = root.getPositions(leaf.getIndex());
        OrderedBatch batch = draft.batches().get(Place.of(position)).orElseThrow().batch();
        boolean ordered = MerkleTree
                .rootOf(batch.getCount(), position.getIndex(),
                        MerkleTree.leafHash(claim.commitment().bytes()), leaf.getBatchAuntsList())
                .filter(found -> found.bytes().equals(batch.getCommitmentsRoot())).isPresent();
        return ordered && Hash.parse(leaf.getOpening()).filter(
                opening -> OrderCommitment.of(opening, claim.claimKey()).equals(claim.commitment()))
                .isPresent();
    }
}
