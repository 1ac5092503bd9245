package network.dchat.mesh;

import java.util.List;
import network.dchat.identity.PeerId;

/// An object that was found, and where its shards are said to be.
///
/// @param manifest what its owner says
/// @param holdings which nodes say that they hold which shards; empty where nobody was asked,
///     then the placement decides whom to ask
public record StoredObject(SignedManifest manifest, List<Holding> holdings) {
    /// Copies the list.
    public StoredObject {
        holdings = List.copyOf(holdings);
    }

    /// A node and the shards of every stripe that it holds.
    ///
    /// @param node the node
    /// @param indexes shard indexes
    public record Holding(PeerId node, List<Integer> indexes) {
        /// Copies the list.
        public Holding {
            indexes = List.copyOf(indexes);
        }
    }

    /// The object's name.
    public ObjectName object() {
        return manifest.object();
    }
}
