package network.dchat.gossip;

/// The timers of the gossip core. Setting one again replaces it.
public enum Timer {
    /// Ids that wait to be announced go out.
    ANNOUNCE,
    /// Rumors that were announced to us and did not come are asked for.
    ASK
}
