package network.dchat.mailbox;

import network.dchat.identity.PeerId;
import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.SignedBytes;

/// A relay's word that it has a message durably, with its signature checked.
///
/// @param relay who signed
/// @param id the message
/// @param expiresAtMillis the expiry that it saw
/// @param signed the acknowledgement as it was signed
public record VerifiedStored(PeerId relay, MessageId id, long expiresAtMillis,
        SignedBytes signed) {}
