package network.dchat.starter.rpc;

import network.dchat.identity.PeerId;
import network.dchat.wire.v1.RejectionCode;

/// Told of callers whose requests were refused before a service saw them. Must not block.
@FunctionalInterface
public interface RefusalListener {
    /// A request of this caller did not decode, was too large or named a method that nobody serves.
    void refused(PeerId caller, RejectionCode code);
}
