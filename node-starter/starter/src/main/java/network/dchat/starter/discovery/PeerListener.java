package network.dchat.starter.discovery;

import network.dchat.identity.PeerRecord;

/// Told of peers as they become known. Must not block: it is called by the directory's own thread.
@FunctionalInterface
public interface PeerListener {
    /// A peer is new, or its record changed. Whether it can be reached is not said.
    void known(PeerRecord peer);
}
