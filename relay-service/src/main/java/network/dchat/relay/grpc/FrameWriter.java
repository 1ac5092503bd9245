package network.dchat.relay.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way out of one stream: a bounded queue of frames that are made and written one after the
/// other, as fast as the other side reads. Any thread may send; nobody waits.
final class FrameWriter<F> {
    private static final Logger LOG = LoggerFactory.getLogger(FrameWriter.class);

    private final CallStreamObserver<F> stream;
    private final Executor executor;
    private final Queue<Supplier<F>> waiting = new ConcurrentLinkedQueue<>();
    private final Semaphore room;
    private final AtomicInteger work = new AtomicInteger();
    private volatile @Nullable End<F> end;
    private volatile boolean over;

    /// How a stream ends.
    private record End<F>(Optional<F> last, Optional<StatusRuntimeException> failure) {}

    FrameWriter(CallStreamObserver<F> stream, Executor executor, int capacity) {
        this.stream = stream;
        this.executor = executor;
        this.room = new Semaphore(capacity);
    }

    /// Sends a frame; `false` when too many wait already or the stream has ended.
    boolean send(Supplier<F> frame) {
        if (over || end != null || !room.tryAcquire()) {
            return false;
        }
        waiting.add(frame);
        proceed();
        return true;
    }

    /// The other side reads on.
    void proceed() {
        if (work.getAndIncrement() == 0) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException _) {
                over = true;
            }
        }
    }

    /// Ends the stream; what waits is dropped.
    void end(Optional<F> last, Optional<StatusRuntimeException> failure) {
        if (end == null) {
            end = new End<>(last, failure);
        }
        proceed();
    }

    /// The stream is gone already.
    void drop() {
        over = true;
        waiting.clear();
    }

    private void drain() {
        int done = 1;
        while (done != 0) {
            int seen = work.get();
            try {
                write();
            } catch (IllegalStateException | StatusRuntimeException broken) {
                giveUp(broken);
            }
            done = work.addAndGet(-seen);
        }
    }

    /// A frame could not be made or written: the stream ends, unless it has ended already.
    private void giveUp(RuntimeException broken) {
        drop();
        try {
            stream.onError(Status.INTERNAL.withDescription("a frame could not be sent")
                    .withCause(broken).asRuntimeException());
        } catch (IllegalStateException | StatusRuntimeException already) {
            LOG.debug("event=stream-ended reason=\"{}\"", already.getMessage());
        }
    }

    private void write() {
        while (!over && end == null && stream.isReady()) {
            Supplier<F> next = waiting.poll();
            if (next == null) {
                break;
            }
            room.release();
            stream.onNext(next.get());
        }
        End<F> ending = end;
        if (ending != null && !over) {
            drop();
            ending.last().ifPresent(stream::onNext);
            close(stream, ending.failure());
        }
    }

    private static void close(StreamObserver<?> stream, Optional<StatusRuntimeException> failure) {
        if (failure.isPresent()) {
            stream.onError(failure.get());
        } else {
            stream.onCompleted();
        }
    }
}
