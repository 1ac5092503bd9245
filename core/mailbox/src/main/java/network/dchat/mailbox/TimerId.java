package network.dchat.mailbox;

import network.dchat.identity.PeerId;

/// Names a timer. Setting it again replaces it.
public sealed interface TimerId {
    /// Commitments have waited long enough.
    record OrderBatchDue() implements TimerId {}

    /// Receipts have waited long enough.
    record DeliveryRootDue() implements TimerId {}

    /// Open transactions are to be looked at.
    record TransactionsDue() implements TimerId {}

    /// Positions that no block showed are to be asked for.
    record PositionsDue() implements TimerId {}

    /// User records that were not found are to be looked up again.
    record LookupsDue() implements TimerId {}

    /// The relay's account is to be asked for again.
    record AccountDue() implements TimerId {}

    /// What is over is to be dropped.
    record SweepDue() implements TimerId {}

    /// A relay owes answers, or its pause is over.
    record LinkDue(PeerId relay) implements TimerId {}

    /// A failed load is to be tried again.
    record LoadDue(long load) implements TimerId {}
}
