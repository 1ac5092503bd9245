package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import network.dchat.ledger.MessageId;

/// The body of a message on its way, as the store returned it.
///
/// @param id the message
/// @param envelope the encoded envelope
public record LoadedEnvelope(MessageId id, ByteString envelope) {}
