package network.dchat.validator.exchange;

import io.grpc.stub.CallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import network.dchat.identity.PeerId;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;

/// The way to one validator: over the stream that we opened, or else the one that it opened.
/// Frames wait in a bounded queue while the stream is not ready; what does not fit is dropped,
/// and consensus asks for it again. Safe for many threads.
final class ValidatorLink {
    private final PeerId peer;
    private final long maximumBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<ConsensusFrame> queue = new ArrayDeque<>();
    private @Nullable CallStreamObserver<ConsensusFrame> ours;
    private @Nullable CallStreamObserver<ConsensusFrame> theirs;
    private long queuedBytes;
    private long dropped;
    private boolean over;

    ValidatorLink(PeerId peer, long maximumBytes) {
        this.peer = peer;
        this.maximumBytes = maximumBytes;
    }

    PeerId peer() {
        return peer;
    }

    /// The stream that we opened is ready for use.
    void openedByUs(CallStreamObserver<ConsensusFrame> stream) {
        locked(() -> {
            if (over) {
                stream.onCompleted();
            } else {
                ours = stream;
            }
        });
    }

    /// The validator opened a stream; an earlier one of its ends, so that it has one at a time.
    void openedByThem(CallStreamObserver<ConsensusFrame> stream) {
        locked(() -> {
            CallStreamObserver<ConsensusFrame> before = theirs;
            theirs = stream;
            if (before != null) {
                before.onError(Rejections.toStatus(RejectionCode.CONFLICT,
                        "stream: another was opened later"));
            }
            if (over) {
                theirs = null;
                stream.onCompleted();
            }
        });
    }

    /// Whether this stream is in use.
    boolean isCurrent(CallStreamObserver<ConsensusFrame> stream) {
        lock.lock();
        try {
            return stream.equals(ours) || stream.equals(theirs);
        } finally {
            lock.unlock();
        }
    }

    /// A stream ended. Answers whether it still has to be ended from here.
    boolean closed(CallStreamObserver<ConsensusFrame> stream) {
        lock.lock();
        try {
            boolean current = stream.equals(ours) || stream.equals(theirs);
            if (stream.equals(ours)) {
                ours = null;
            }
            if (stream.equals(theirs)) {
                theirs = null;
            }
            if (ours == null && theirs == null) {
                queue.clear();
                queuedBytes = 0;
            }
            return current && !over;
        } finally {
            lock.unlock();
        }
    }

    /// Ends both streams; what waits is dropped.
    void end() {
        locked(() -> {
            over = true;
            queue.clear();
            queuedBytes = 0;
            if (ours != null) {
                ours.onCompleted();
            }
            if (theirs != null) {
                theirs.onCompleted();
            }
            ours = null;
            theirs = null;
        });
    }

    boolean isOpen() {
        lock.lock();
        try {
            return ours != null || theirs != null;
        } finally {
            lock.unlock();
        }
    }

    /// Frames dropped for want of room or of a stream.
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /// Sends a frame, now or when the stream is ready.
    void send(ConsensusFrame frame) {
        locked(() -> {
            int size = frame.getSerializedSize();
            if ((ours == null && theirs == null) || queuedBytes + size > maximumBytes) {
                dropped++;
                return;
            }
            queue.add(frame);
            queuedBytes += size;
            drain();
        });
    }

    /// Sends what waits, as far as the stream is ready.
    void flush() {
        locked(this::drain);
    }

    private void drain() {
        CallStreamObserver<ConsensusFrame> stream = ours != null ? ours : theirs;
        while (stream != null && stream.isReady() && !queue.isEmpty()) {
            ConsensusFrame frame = queue.remove();
            queuedBytes -= frame.getSerializedSize();
            stream.onNext(frame);
        }
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }
}
