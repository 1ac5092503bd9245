package network.dchat.starter.connections;

import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;

/// The nodes of users that are attached to this one. They are counted apart from connections
/// between
/// nodes and are never pruned.
public interface AttachedUsers {
    /// Admits a user's node. Blocks for a moment, so it is called on virtual threads only.
    ///
    /// @return why it may not stay; empty = it may, until it is dismissed
    Optional<Rejection> admit(PeerId user);

    /// A user's node is gone.
    void dismiss(PeerId user);
}
