package network.dchat.dht;

import java.util.Optional;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// A peer in the routing table: it has answered.
final class Contact {
    final PeerId peer;
    final Key key;
    Certified<PeerRecord> record;
    Multiaddr address;
    long seenAtMillis;
    int failures;

    Contact(Certified<PeerRecord> record, Multiaddr address, long seenAtMillis) {
        this.peer = record.value().peer();
        this.key = Key.of(peer.dhtKey());
        this.record = record;
        this.address = address;
        this.seenAtMillis = seenAtMillis;
    }

    Optional<Subnet> subnet() {
        return Subnet.of(address);
    }
}
