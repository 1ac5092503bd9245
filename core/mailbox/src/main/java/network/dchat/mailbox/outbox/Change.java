package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import network.dchat.ledger.MessageId;

/// One durable change of a user's [Outbox]: a row that replaces the one of the same table and message, or
/// its end. The store keeps the rows as they are and gives them back at start.
public sealed interface Change {
    /// The table.
    Table table();

    /// The message.
    MessageId id();

    /// A row was written.
    record Put(Table table, MessageId id, ByteString row) implements Change {}

    /// A row was removed.
    record Removed(Table table, MessageId id) implements Change {}

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
