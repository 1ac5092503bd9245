package network.dchat.mailbox.outbox;

import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.UserRoute;
import network.dchat.wire.v1.SignedBytes;

/// An encrypted message ready to be submitted.
///
/// @param id the message id
/// @param commitment what goes to the chain for it
/// @param expiresAtMillis when it is over
/// @param submission envelope and commitment, signed by this device
/// @param recipient the recipient's relays as the message was encrypted
public record OutgoingMessage(MessageId id, OrderCommitment commitment, long expiresAtMillis,
        SignedBytes submission, UserRoute recipient) {}
