package network.dchat.dht;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// The node's own records, one per scope, and which of them a listener may hear.
final class OwnRecords {
    private final PeerId self;
    private List<Certified<PeerRecord>> records = List.of();

    OwnRecords(PeerId self) {
        this.self = self;
    }

    void set(List<Certified<PeerRecord>> signed) {
        for (Certified<PeerRecord> record : signed) {
            if (!record.value().peer().equals(self)) {
                throw new IllegalArgumentException(
                        "record of " + record.value().peer() + " (expected: " + self + ")");
            }
        }
        records = signed.stream()
                .sorted(Comparator
                        .comparing((Certified<PeerRecord> record) -> record.value().scope()))
                .toList();
    }

    /// The record with the most addresses that may be told to someone who is reached in this scope.
    Optional<Certified<PeerRecord>> toldTo(AddressScope listener) {
        return records.stream().filter(record -> record.value().scope().mayBeToldTo(listener))
                .findFirst();
    }

    /// The record that is told to whoever is called.
    Optional<Certified<PeerRecord>> toldTo(Destination destination) {
        return toldTo(switch (destination) {
            case Destination.Entry(var address) -> address.scope();
            case Destination.Node(var record) -> record.value().scope();
        });
    }

    /// True when this is us.
    boolean isOf(PeerId peer) {
        return peer.equals(self);
    }

    /// The record to publish, if any has an address.
    Optional<Certified<PeerRecord>> published() {
        return records.stream().filter(record -> !record.value().addresses().isEmpty()).findFirst();
    }
}
