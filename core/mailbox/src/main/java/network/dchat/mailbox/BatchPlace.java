package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import network.dchat.ledger.MerkleTree;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.wire.v1.MerkleProof;

/// Where a commitment stands, and what stands beside it: an audit shows the path between them.
///
/// @param batch the commitments of its order batch, shared by all of them
record BatchPlace(OrderPosition position, List<OrderCommitment> batch) {
    /// The place of a commitment in an order batch from elsewhere; empty when it does not stand
    /// there.
    static Optional<BatchPlace> of(OrderCommitment commitment, OrderPosition position,
            List<OrderCommitment> batch) {
        return position.index() < batch.size() && batch.get(position.index()).equals(commitment)
                ? Optional.of(new BatchPlace(position, batch))
                : Optional.empty();
    }

    /// The path from the commitment to the root over its batch.
    List<ByteString> path() {
        return MerkleTree.prove(leaves(), position.index()).getAuntsList();
    }

    /// The paths of all commitments of the batch, in order.
    List<MerkleProof> paths() {
        return MerkleTree.proveAll(leaves());
    }

    private List<ByteString> leaves() {
        return batch.stream().map(OrderCommitment::bytes).toList();
    }
}
