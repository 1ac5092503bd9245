package network.dchat.starter.connections;

import network.dchat.identity.PeerId;
import network.dchat.peers.Deed;
import network.dchat.peers.Tie;
import network.dchat.starter.rpc.PeerChannel;

/// Channels by peer id. There is one per peer, shared by all parts of the node; nobody but the
/// connection table closes it.
public interface PeerChannels {
    /// A channel that is connected to this peer and to nobody else. Where it is comes from the
    /// directory or the DHT. Blocks for up to some seconds, so it is called on virtual threads
    /// only.
    ///
    /// @throws PeerUnreachableException when it cannot be found or does not answer
    PeerChannel channelTo(PeerId peer) throws PeerUnreachableException;

    /// Keeps a connection to this peer: it is never pruned, and made again when it breaks.
    void hold(PeerId peer, Tie tie);

    /// No longer keeps it for this.
    void release(PeerId peer, Tie tie);

    /// Tells how a peer behaved.
    void judge(PeerId peer, Deed deed);

    /// The peer's reputation from 0 to 1.
    double score(PeerId peer);

    /// Smoothed round trip to a connected peer in microseconds; -1 while unknown.
    long latencyMicros(PeerId peer);
}
