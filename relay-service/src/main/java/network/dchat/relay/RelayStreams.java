package network.dchat.relay;

import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.ForwardFrame;

/// The streams to other relays. Calls do not block; what cannot be sent is told by
/// [network.dchat.mailbox.Input.LinkDown] or sent again by the machine when no answer comes.
public interface RelayStreams {
    /// Sends something new to a relay; a stream is opened where there is none.
    void send(PeerId relay, Supplier<ForwardFrame> frame);

    /// Answers a relay over the stream on which it asked.
    void answer(PeerId relay, Supplier<ForwardFrame> frame);
}
