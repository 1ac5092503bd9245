package network.dchat.dht;

import java.util.Optional;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// A peer in the routing table: it has answered.
final class Contact {
    final PeerId peer;
    final Key key;
    private Certified<PeerRecord> record;
    private AddressScope scope;
    Multiaddr address;
    long seenAtMillis;
    int failures;

    Contact(Certified<PeerRecord> record, Multiaddr address, long seenAtMillis) {
        this.peer = record.value().peer();
        this.key = Key.of(peer.dhtKey());
        this.record = record;
        this.scope = record.value().scope();
        this.address = address;
        this.seenAtMillis = seenAtMillis;
    }

    Certified<PeerRecord> record() {
        return record;
    }

    /// The narrowest scope of its addresses.
    AddressScope scope() {
        return scope;
    }

    /// Takes the record if it is newer.
    void update(Certified<PeerRecord> other) {
        if (other.value().sequence() > record.value().sequence()) {
            record = other;
            scope = other.value().scope();
        }
    }

    Optional<Subnet> subnet() {
        return Subnet.of(address);
    }
}
