package network.dchat.dht;

import java.util.Optional;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// Who asks.
///
/// @param peer known from the transport, never from a message
/// @param scope from where it reached us: addresses are told within it only
/// @param record the record it sent along, verified and its own; empty when it sent none
public record Caller(PeerId peer, AddressScope scope, Optional<Certified<PeerRecord>> record) {
    /// Refuses the record of another peer.
    public Caller {
        record.ifPresent(certified -> {
            if (!certified.value().peer().equals(peer)) {
                throw new IllegalArgumentException("record of " + certified.value().peer()
                        + " (expected: of the caller, " + peer + ")");
            }
        });
    }
}
