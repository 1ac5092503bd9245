package network.dchat.mailbox;

import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.wire.v1.Envelope;

/// A message from an attached user whose signature, form and id were checked.
///
/// @param id the message id
/// @param recipient whom it is for
/// @param envelope what travels on
/// @param commitment what goes to the chain
public record VerifiedSubmission(MessageId id, WalletAddress recipient, Envelope envelope,
        OrderCommitment commitment) {}
