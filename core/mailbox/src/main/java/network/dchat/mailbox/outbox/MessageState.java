package network.dchat.mailbox.outbox;

/// How far an own message is. What is shown never goes back: a later state stays when an earlier
/// one is reached after it.
public enum MessageState {
    /// Durable at home, not yet at a relay.
    QUEUED,
    /// Durable at a relay of the sender.
    SENT,
    /// Durable at two relays of the recipient, or at all where fewer are named.
    STORED,
    /// In a block.
    FINAL,
    /// The recipient's device signed for it.
    DELIVERED,
    /// The recipient has read it.
    READ
}
