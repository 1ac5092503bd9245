package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.wire.v1.EpochDuty;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.Role;

/// Who audits which storage node in an epoch: three others, drawn by the hash of the epoch's first
/// block, so that nobody can choose its auditors.
final class StorageAuditors {
    /// Auditors of a node in an epoch; fewer where there are fewer other nodes.
    static final int AUDITORS = 3;

    private static final String TAG = "dchat/auditors/1";

    private final ByteString lot;
    private final List<PublicKey> nodes;

    private StorageAuditors(ByteString lot, List<PublicKey> nodes) {
        this.lot = lot;
        this.nodes = nodes;
    }

    /// Those of the epoch at hand. Nodes that registered in it audit from the next one on.
    static StorageAuditors of(ChainState state) {
        EpochDuty epoch = state.epoch();
        long first = epoch.getEpoch() * state.terms().epochBlocks() + 1;
        return new StorageAuditors(epoch.getFirstBlockHash(),
                state.nodes(Role.STORAGE).stream()
                        .filter(node -> node.getRegisteredHeight() < first)
                        .map(RegisteredNode::getPeerKey).map(PublicKey::new).toList());
    }

    /// The auditors of a node; none before the epoch's first block.
    List<PublicKey> of(PublicKey node) {
        List<PublicKey> others = others(node);
        return others.isEmpty() || lot.isEmpty()
                ? List.of()
                : AuditDraw
                        .draw(TAG, lot.concat(PeerId.of(node).toBytes()), others.size(), AUDITORS)
                        .stream().map(others::get).toList();
    }

    /// How many there are of a node.
    int count(PublicKey node) {
        return Math.min(AUDITORS, others(node).size());
    }

    private List<PublicKey> others(PublicKey node) {
        return nodes.stream().filter(each -> !each.equals(node)).toList();
    }
}
