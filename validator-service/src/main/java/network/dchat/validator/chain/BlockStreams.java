package network.dchat.validator.chain;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Streams of committed blocks to callers: as fast as each takes them, a bounded number at a time.
public final class BlockStreams {
    private static final Logger LOG = LoggerFactory.getLogger(BlockStreams.class);

    private final ChainView view;
    private final ExecutorService executor;
    private final Semaphore room;
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /// Streams from a chain.
    ///
    /// @param most streams at a time
    public BlockStreams(ChainView view, ExecutorService executor, int most) {
        this.view = view;
        this.executor = executor;
        this.room = new Semaphore(most);
    }

    /// Sends the blocks of these heights that are final now, and ends.
    public void serve(ServerCallStreamObserver<CommittedBlock> caller, long from, long to) {
        open(caller, from, Math.min(to, view.latest().height()));
    }

    /// Sends all blocks from a height on, as they become final, until the caller leaves.
    public void follow(ServerCallStreamObserver<CommittedBlock> caller, long from) {
        open(caller, from, Long.MAX_VALUE);
    }

    /// Ends all streams: the node stops, and its callers had better ask another.
    public void stop() {
        stopped = true;
        streams.forEach(Stream::stop);
    }

    private void open(ServerCallStreamObserver<CommittedBlock> caller, long from, long to) {
        if (!room.tryAcquire()) {
            caller.onError(Rejections.toStatus(RejectionCode.OVERLOADED,
                    "blocks: too many streams at a time"));
            return;
        }
        Stream stream = new Stream(caller, from, to);
        streams.add(stream);
        caller.setOnReadyHandler(stream::wake);
        caller.setOnCancelHandler(stream::end);
        caller.setOnCloseHandler(stream::end);
        view.listen(stream.news);
        stream.wake();
        if (stopped) {
            stream.stop();
        }
    }

    /// The refusal of a block below the first that is kept.
    public static StatusRuntimeException pruned(long height, long first) {
        return Rejections.toStatus(RejectionCode.NOT_FOUND,
                "block " + height + ": pruned (expected: " + first + " or later)");
    }

    /// One stream. A single worker at a time sends; whoever wakes it meanwhile makes it look again.
    private final class Stream {
        private final ServerCallStreamObserver<CommittedBlock> caller;
        private final long to;
        private final Runnable news = this::wake;
        private final AtomicInteger wakes = new AtomicInteger();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile boolean stopping;
        private long next;

        Stream(ServerCallStreamObserver<CommittedBlock> caller, long from, long to) {
            this.caller = caller;
            this.next = from;
            this.to = to;
        }

        void stop() {
            stopping = true;
            wake();
        }

        void wake() {
            if (wakes.getAndIncrement() == 0) {
                try {
                    executor.execute(this::work);
                } catch (RejectedExecutionException _) {
                    end();
                }
            }
        }

        void end() {
            if (ended.compareAndSet(false, true)) {
                view.forget(news);
                streams.remove(this);
                room.release();
            }
        }

        private void work() {
            int seen;
            do {
                seen = wakes.get();
                send();
            } while (wakes.addAndGet(-seen) > 0);
        }

        private void send() {
            if (stopping && !ended.get()) {
                end();
                caller.onError(
                        Rejections.toStatus(RejectionCode.UNAVAILABLE, "blocks: the node stops"));
                return;
            }
            try {
                while (!ended.get() && caller.isReady() && next <= to) {
                    Optional<CommittedBlock> block = view.block(next);
                    if (block.isEmpty()) {
                        refuseIfPruned();
                        return;
                    }
                    caller.onNext(block.get());
                    next++;
                }
                if (!ended.get() && next > to) {
                    end();
                    caller.onCompleted();
                }
            } catch (IOException failure) {
                LOG.error("event=block-unreadable height={}", next, failure);
                end();
                caller.onError(Rejections.toStatus(RejectionCode.UNAVAILABLE,
                        "block " + next + ": cannot be read"));
            }
        }

        private void refuseIfPruned() {
            long first = view.firstHeight();
            if (next < first && !ended.get()) {
                end();
                caller.onError(pruned(next, first));
            }
        }
    }
}
