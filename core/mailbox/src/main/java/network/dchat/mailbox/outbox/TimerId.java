package network.dchat.mailbox.outbox;

import network.dchat.identity.PeerId;

/// Names a timer. Setting it again replaces it.
public sealed interface TimerId {
    /// Messages are to be looked at.
    record MessagesDue() implements TimerId {}

    /// A relay is to be attached to again.
    record AttachDue(PeerId relay) implements TimerId {}

    /// Receipts and positions are to be looked at, and what is over is to be dropped.
    record SweepDue() implements TimerId {}
}
