package network.dchat.ledger;

import java.util.function.UnaryOperator;
import network.dchat.identity.PublicKey;
import network.dchat.wire.v1.NodeDuty;
import network.dchat.wire.v1.StateEntry;

/// What relays and storage nodes did in the epoch at hand, while a block is applied. Owned by one
/// thread.
final class Duties {
    private static final DraftEntries.Kind<PublicKey, NodeDuty> DUTY = new DraftEntries.Kind<>(
            StateKeys::nodeDuty, StateEntry::getNodeDuty,
            each -> StateEntry.newBuilder().setNodeDuty(each).build());

    private final DraftEntries<PublicKey, NodeDuty> entries;
    private final long epoch;

    /// Those of a state.
    ///
    /// @param epoch the one at hand; what was done in an earlier one counts no more
    Duties(SparseMerkleTree base, long epoch) {
        this.entries = new DraftEntries<>(base, DUTY);
        this.epoch = epoch;
    }

    /// What a node did in this epoch.
    NodeDuty of(PublicKey node) {
        NodeDuty known = entries.get(node).orElse(NodeDuty.getDefaultInstance());
        return known.getEpoch() == epoch
                ? known
                : NodeDuty.newBuilder().setEpoch(epoch).setOpenRoots(known.getOpenRoots()).build();
    }

    /// Notes that a node did more.
    void change(PublicKey node, UnaryOperator<NodeDuty.Builder> change) {
        entries.put(node, change.apply(of(node).toBuilder().setNode(node.bytes())).build());
    }

    DraftEntries<PublicKey, NodeDuty> entries() {
        return entries;
    }
}
