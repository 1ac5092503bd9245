package network.dchat.starter.connections;

import java.io.IOException;
import network.dchat.identity.PeerId;

/// A peer could not be reached: nobody knows where it is, or it does not answer there.
public final class PeerUnreachableException extends IOException {
    private static final long serialVersionUID = 1L;

    /// A failure that says which peer and why.
    public PeerUnreachableException(PeerId peer, String reason) {
        super("peer " + peer.shortName() + " cannot be reached: " + reason);
    }
}
