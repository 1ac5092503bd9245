package network.dchat.gateway.relay;

import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.MailboxEvent;

/// Hears what relays tell about an owner's messages.
public interface AttachmentEvents {
    /// A relay told something, which may be wrong. Blocks until it is durable.
    void told(WalletAddress owner, PeerId relay, MailboxEvent event);

    /// The owner's mailbox is open at a relay again.
    void attached(WalletAddress owner, Attachment attachment);
}
