package network.dchat.mesh;

import java.util.List;
import network.dchat.identity.PeerId;

/// How many shards of an object are durable, and where.
///
/// @param object the object
/// @param durable the shards that their nodes acknowledged, by index
/// @param total how many there should be, such as 15
/// @param mostPerNode the most shards that one node holds; above 1 the network has too few nodes,
///     and the loss of one costs as many
public record PutStatus(ObjectId object, List<DurableShard> durable, int total, int mostPerNode) {
    /// Copies the list.
    public PutStatus {
        durable = List.copyOf(durable);
    }

    /// A shard of every stripe, durable at a node.
    ///
    /// @param index its index
    /// @param node where
    public record DurableShard(int index, PeerId node) {}

    /// True when nothing is missing.
    public boolean isComplete() {
        return durable.size() == total;
    }

    /// True when some node holds more than one shard.
    public boolean doubledUp() {
        return mostPerNode > 1;
    }
}
