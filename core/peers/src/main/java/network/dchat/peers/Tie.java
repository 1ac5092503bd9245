package network.dchat.peers;

/// Why a connection is kept: one with a tie is never pruned and is made again when it breaks.
public enum Tie {
    /// An entry to the network.
    BOOTSTRAP,
    /// A relay that we are attached to or that forwards with us.
    RELAY,
    /// Another validator.
    CONSENSUS
}
