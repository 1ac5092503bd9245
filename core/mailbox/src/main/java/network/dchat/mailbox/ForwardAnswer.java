package network.dchat.mailbox;

import network.dchat.ledger.MessageId;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.SignedBytes;

/// What a relay answered about one forwarded envelope.
public sealed interface ForwardAnswer {
    /// The message it is about.
    MessageId id();

    /// The relay has it durably and signed so.
    ///
    /// @param expiresAtMillis as the relay signed it
    /// @param stored the verified acknowledgement
    record Durable(MessageId id, long expiresAtMillis,
            SignedBytes stored) implements ForwardAnswer {}

    /// The relay did not take it.
    record Declined(MessageId id, Rejection rejection) implements ForwardAnswer {}
}
