package network.dchat.starter.gossip;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.GossipKind;

/// Says something to all nodes, signed by this one.
public interface GossipBroadcaster {
    /// Sends a payload of at most 64 KiB on its way. Blocks for a moment, so it is called on
    /// virtual
    /// threads only.
    ///
    /// @return why it was refused: too large, or over this node's rate; empty = it is on its way
    Optional<Rejection> broadcast(GossipKind kind, ByteString payload);
}
