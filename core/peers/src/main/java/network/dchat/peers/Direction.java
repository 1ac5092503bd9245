package network.dchat.peers;

/// Who made the connection.
public enum Direction {
    /// The peer did; it can call us.
    INBOUND,
    /// We did; we can call the peer.
    OUTBOUND
}
