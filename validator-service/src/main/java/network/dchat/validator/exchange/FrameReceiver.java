package network.dchat.validator.exchange;

import network.dchat.identity.PeerId;
import network.dchat.wire.v1.ConsensusFrame;

/// Takes what other validators send.
public interface FrameReceiver {
    /// A frame within its limits came from a validator. Called on a virtual thread, for each
    /// stream in the order in which frames came; may block for a while.
    void received(PeerId validator, ConsensusFrame frame);

    /// A validator sent a frame that breaks the limits.
    void abused(PeerId validator);

    /// No stream to or from a validator is open any more.
    void lost(PeerId validator);
}
