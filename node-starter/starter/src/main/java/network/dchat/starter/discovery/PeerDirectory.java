package network.dchat.starter.discovery;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// The peers that this node knows: from the DHT, from gossip, from connections. Every record in it
/// was verified; none is this node's own.
public interface PeerDirectory {
    /// The peers known now that match, those that answered lately first.
    List<PeerRecord> find(PeerQuery query);

    /// The record of a peer, if it is known now.
    Optional<PeerRecord> find(PeerId peer);

    /// The record of a peer: the one known, or one looked up in the DHT. Blocks for up to some
    /// seconds, so it is called on virtual threads only.
    Optional<PeerRecord> lookup(PeerId peer);

    /// Tells a listener of all peers known now, and from then on of each that is new or changed.
    void listen(PeerListener listener);
}
