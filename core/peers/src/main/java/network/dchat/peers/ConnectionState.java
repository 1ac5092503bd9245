package network.dchat.peers;

/// Where a connection stands.
///
/// | from | what happens | to |
/// |---|---|---|
/// | none, BACKING_OFF | it is wanted | CONNECTING |
/// | any | the transport is up | CONNECTED |
/// | CONNECTED, DEGRADED | an answer in time | HEALTHY |
/// | CONNECTED, HEALTHY | slow, or a check went unanswered | DEGRADED |
/// | DEGRADED | as many unanswered in a row as are allowed | UNHEALTHY, and it is closed |
/// | any open one | the transport is gone | DISCONNECTED |
/// | CONNECTING, DISCONNECTED | it failed and is still wanted | BACKING_OFF |
public enum ConnectionState {
    /// An attempt is under way.
    CONNECTING,
    /// Open, not yet checked.
    CONNECTED,
    /// Open, answers in time.
    HEALTHY,
    /// Open, but slow or losing.
    DEGRADED,
    /// Given up, about to be closed.
    UNHEALTHY,
    /// Closed.
    DISCONNECTED,
    /// Closed, and tried again later.
    BACKING_OFF;

    /// True while calls can be made.
    public boolean isOpen() {
        return this == CONNECTED || this == HEALTHY || this == DEGRADED || this == UNHEALTHY;
    }
}
