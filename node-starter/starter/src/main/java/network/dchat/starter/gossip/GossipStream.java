package network.dchat.starter.gossip;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.CallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
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
            waiting.clear();
        }
    }

    /// Ends the sending half.
    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        waiting.clear();
        try {
            observer.onCompleted();
        } catch (StatusRuntimeException | IllegalStateException _) {
            dropped++;
        }
    }

    synchronized long dropped() {
        return dropped;
    }
}
