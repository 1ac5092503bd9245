package network.dchat.mailbox;

import network.dchat.ledger.MessageId;

/// What one relay owes another until it is answered.
sealed interface Parcel {
    /// A message for a home relay.
    record Mail(MessageId id) implements Parcel {}

    /// A receipt for the relay of a sender.
    record Returned(TransferId id) implements Parcel {}
}
