package network.dchat.client;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.Rejection;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.outbox.OutgoingMessage;
import network.dchat.mailbox.outbox.ReceiptMaterial;

/// Told what comes of messages in the sessions, after it is durable. Must not block.
interface SessionEvents {
    /// An own message is encrypted and stored.
    void encrypted(String draftId, OutgoingMessage message);

    /// An own message cannot be encrypted.
    void notEncrypted(String draftId, Rejection rejection);

    /// A message that came in is stored.
    void opened(MessageId id, Optional<ReceiptMaterial> material);

    /// A message that came in cannot be read.
    void notOpened(MessageId id, String reason);

    /// There is a new prekey for the user record.
    void prekeyIssued();

    /// The sessions were built again from the store: these own messages and these envelopes have no
    /// answer so far.
    void reborn(List<String> draftIds, List<SessionDesk.Arrival> arrivals);
}
