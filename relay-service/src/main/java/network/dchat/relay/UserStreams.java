package network.dchat.relay;

import java.util.function.Supplier;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RelayFrame;

/// The attached users' streams, by attachment. Calls do not block; a frame for a stream that is
/// gone is dropped.
public interface UserStreams {
    /// Sends a frame, which is made on the stream's own thread, after all earlier ones.
    void send(long attachment, Supplier<RelayFrame> frame);

    /// Ends a stream that the machine has forgotten.
    void close(long attachment, Rejection reason);

    /// Ends all streams; the machine was rebuilt and knows none of them.
    void closeAll(Rejection reason);
}
