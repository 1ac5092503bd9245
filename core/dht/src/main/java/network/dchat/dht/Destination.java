package network.dchat.dht;

import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerRecord;

/// Whom to call.
public sealed interface Destination {
    /// Whoever listens at an address, unless the address names the peer.
    record Entry(Multiaddr address) implements Destination {}

    /// A node that is known by its record; anyone else at its addresses is not it.
    record Node(Certified<PeerRecord> record) implements Destination {}
}
