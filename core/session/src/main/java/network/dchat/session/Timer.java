package network.dchat.session;

/// The timers of [Sessions].
public enum Timer {
    /// The newest prekey is due for replacement, and what is too old is dropped.
    ROTATION
}
