package network.dchat.gateway.messages;

/// How far a message came. It never goes back.
public enum MessageState {
    /// Given to a relay, which has not answered.
    SUBMITTED,
    /// A relay has it durably.
    ACCEPTED,
    /// Two of the recipient's relays have it durably, or all where fewer are named.
    STORED,
    /// Its commitment is in a block.
    ORDERED,
    /// The recipient's device signed its receipt.
    DELIVERED;

    /// The further of two.
    public MessageState max(MessageState other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
