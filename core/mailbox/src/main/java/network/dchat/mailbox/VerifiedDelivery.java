package network.dchat.mailbox;

import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.wire.v1.SignedDelivery;

/// A recipient's receipt and claim whose signatures and certificate were checked.
///
/// @param id the message that arrived
/// @param recipient whose device signed the receipt
/// @param commitment what the claim names
/// @param delivery receipt, claim, device certificate and perhaps a return handle
public record VerifiedDelivery(MessageId id, WalletAddress recipient, OrderCommitment commitment,
        SignedDelivery delivery) {}
