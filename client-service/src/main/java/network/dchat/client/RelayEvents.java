package network.dchat.client;

import network.dchat.identity.PeerId;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.RelayFrame;

/// Told what relays say. Must not block.
interface RelayEvents {
    /// The mailbox is open at a relay.
    void attached(PeerId relay, Attached attached);

    /// It is not, or no longer. Said once for each attempt.
    void detached(PeerId relay, String reason);

    /// A relay sent something; false when it cannot be taken now.
    boolean received(PeerId relay, RelayFrame frame);
}
