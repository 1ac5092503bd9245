package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderPosition;

/// One durable change of a user's [Outbox]. Rows are the machine's own: the store keeps them as
/// they are and gives them back at start. States and positions are for the application's own record
/// of a message, in the same transaction, so that no crash can come between.
public sealed interface Change {
    /// The message.
    MessageId id();

    /// A row was written; it replaces the one of the same table and message.
    record Put(Table table, MessageId id, ByteString row) implements Change {}

    /// A row was removed.
    record Removed(Table table, MessageId id) implements Change {}

    /// An own message reached a state, once each; some are reached after a later one.
    record Reached(MessageId id, MessageState state) implements Change {}

    /// An own or a received message has its place in the order; a later one, if any, is smaller.
    record Placed(MessageId id, OrderPosition position) implements Change {}

    /// What is kept of messages.
    enum Table {
        /// Own messages on their way: `OutgoingRow`.
        OUTGOING(true),
        /// How far they are: `ProgressRow`.
        PROGRESS(true),
        /// `Finality` of own messages, for their proofs. Stays when the message is done.
        FINALITY(false),
        /// `DeliveryEvidence` of own messages, for their proofs. Stays when the message is done.
        EVIDENCE(false),
        /// Messages that came in, against duplicates: `InboundRow`.
        INBOUND(true),
        /// Receipts that no relay has taken so far: `ReceiptRow`.
        RECEIPT(true);

        private final boolean restored;

        Table(boolean restored) {
            this.restored = restored;
        }

        /// Whether the machine wants the rows back at start.
        public boolean isRestored() {
            return restored;
        }
    }
}
