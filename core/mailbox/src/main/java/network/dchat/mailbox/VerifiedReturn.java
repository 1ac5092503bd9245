package network.dchat.mailbox;

import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.ReturnedReceipt;

/// A receipt that came back along a return handle, with its signatures checked.
///
/// @param transfer names this transfer between the two relays
/// @param id the message that was delivered
/// @param returned the receipt, or the evidence that it is on the chain
public record VerifiedReturn(TransferId transfer, MessageId id, ReturnedReceipt returned) {}
