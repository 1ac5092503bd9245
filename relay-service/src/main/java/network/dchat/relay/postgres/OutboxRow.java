package network.dchat.relay.postgres;

import com.google.protobuf.ByteString;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import network.dchat.identity.Hash;
import network.dchat.ledger.MessageId;
import network.dchat.mailbox.LoadedEnvelope;

/// A row of `outbox` as it is read: a message on its way. Written by the batched writer.
@Entity
@Table(name = "outbox")
public class OutboxRow {
    @Id
    private byte[] id = new byte[0];

    @Column(nullable = false)
    private byte[] envelope = new byte[0];

    /// For JPA.
    protected OutboxRow() {}

    /// The message's body for the mailbox machine.
    LoadedEnvelope loaded() {
        return new LoadedEnvelope(new MessageId(new Hash(ByteString.copyFrom(id))),
                ByteString.copyFrom(envelope));
    }
}
