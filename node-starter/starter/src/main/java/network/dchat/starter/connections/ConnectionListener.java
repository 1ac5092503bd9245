package network.dchat.starter.connections;

import network.dchat.identity.AddressScope;
import network.dchat.identity.PeerId;
import network.dchat.starter.rpc.PeerChannel;

/// Told of connections that this node made. Must not block.
public interface ConnectionListener {
    /// A connection to a peer is open.
    ///
    /// @param scope where the peer was reached
    void connected(PeerId peer, PeerChannel channel, AddressScope scope);

    /// The connection to a peer is gone.
    void disconnected(PeerId peer);
}
