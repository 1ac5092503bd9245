package network.dchat.session.noise;

/// Which side of a handshake someone is on.
public enum Role {
    /// Writes the first message.
    INITIATOR,
    /// Reads the first message.
    RESPONDER
}
