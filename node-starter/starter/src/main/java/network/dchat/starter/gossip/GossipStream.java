package network.dchat.starter.gossip;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.CallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import network.dchat.identity.Rejection;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.GossipFrame;

/// The sending half of a stream to a neighbour. Frames that a slow neighbour does not take wait in
/// a bounded queue; over the bound the oldest goes, as the neighbour will ask for what it lacks.
final class GossipStream {
    private static final int MOST_WAITING = 128;

    private final CallStreamObserver<GossipFrame> observer;
    private final Deque<GossipFrame> waiting = new ArrayDeque<>();
    private boolean closed;
    private long dropped;

    GossipStream(CallStreamObserver<GossipFrame> observer) {
        this.observer = observer;
    }

    synchronized void send(GossipFrame frame) {
        if (closed) {
            return;
        }
        waiting.add(frame);
        if (waiting.size() > MOST_WAITING) {
            waiting.remove();
            dropped++;
        }
        drain();
    }

    /// Sends what waits while the neighbour takes it.
    synchronized void drain() {
        try {
            while (!closed && !waiting.isEmpty() && observer.isReady()) {
                observer.onNext(waiting.remove());
            }
        } catch (StatusRuntimeException | IllegalStateException _) {
            closed = true;
            dropped += waiting.size();
            waiting.clear();
        }
    }

    /// Ends the sending half.
    ///
    /// @return how many frames the neighbour did not take, 0 when asked again
    synchronized long close() {
        return end(observer::onCompleted);
    }

    /// Ends the stream with a reason.
    synchronized void refuse(Rejection rejection) {
        dropped = end(() -> observer.onError(Rejections.toStatus(rejection.toWire())));
    }

    private long end(Runnable word) {
        long lost = dropped + waiting.size();
        dropped = 0;
        waiting.clear();
        if (!closed) {
            closed = true;
            try {
                word.run();
            } catch (StatusRuntimeException | IllegalStateException _) {
                // The stream is gone already.
            }
        }
        return lost;
    }
}
