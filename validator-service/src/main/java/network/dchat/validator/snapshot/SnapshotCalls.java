package network.dchat.validator.snapshot;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SnapshotChunk;
import network.dchat.wire.v1.SnapshotChunkRequest;
import network.dchat.wire.v1.SnapshotsResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves states in chunks, a bounded number of calls at a time. Calls run on virtual threads.
public final class SnapshotCalls {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotCalls.class);
    private static final long RETRY_MILLIS = 200;

    private final SnapshotShelf shelf;
    private final Semaphore room;
    private final Counter served;

    /// Calls on a shelf.
    ///
    /// @param most calls at a time
    public SnapshotCalls(SnapshotShelf shelf, int most, MeterRegistry meters) {
        this.shelf = shelf;
        this.room = new Semaphore(most);
        this.served = meters.counter("dchat.snapshot.chunks.served");
    }

    /// Answers with the states that may be fetched.
    public void snapshots(StreamObserver<SnapshotsResponse> answer) {
        serve(answer, () -> {
            SnapshotsResponse.Builder response = SnapshotsResponse.newBuilder();
            shelf.newest().forEach(each -> response.addSnapshots(each.offer()));
            return response.build();
        });
    }

    /// Answers with a chunk of one of them.
    public void chunk(SnapshotChunkRequest request, StreamObserver<SnapshotChunk> answer) {
        serve(answer, () -> {
            SnapshotChunk chunk = chunk(request);
            served.increment();
            return chunk;
        });
    }

    private SnapshotChunk chunk(SnapshotChunkRequest request) throws IOException {
        if (request.getHeight() < 1) {
            throw Rejections.toStatus(RejectionCode.INVALID,
                    "height: " + request.getHeight() + " (expected: from 1)");
        }
        Optional<SnapshotShelf.Held> found = shelf.find(request.getHeight());
        if (found.isEmpty()) {
            List<Long> heights = shelf.newest().stream().map(each -> each.state().height())
                    .toList();
            throw Rejections.toStatus(RejectionCode.NOT_FOUND,
                    "height: " + request.getHeight() + " (expected: one of " + heights + ")");
        }
        int bits = found.get().cut().bits();
        if (request.getChunkBits() != bits) {
            throw Rejections.toStatus(RejectionCode.INVALID,
                    "chunk bits: " + Integer.toUnsignedString(request.getChunkBits())
                            + " (expected: " + bits + ")");
        }
        if (request.getIndex() < 0 || request.getIndex() >= 1 << bits) {
            throw Rejections.toStatus(RejectionCode.INVALID,
                    "index: " + Integer.toUnsignedString(request.getIndex()) + " (expected: below "
                            + (1 << bits) + ")");
        }
        return found.get().state().chunk(bits, request.getIndex());
    }

    private <T> void serve(StreamObserver<T> answer, Reading<T> reading) {
        if (!room.tryAcquire()) {
            answer.onError(Rejections.toStatus(Rejection.newBuilder()
                    .setCode(RejectionCode.OVERLOADED).setReason("snapshots: too many calls")
                    .setRetryAfterMillis(RETRY_MILLIS).build()));
            return;
        }
        try {
            answer.onNext(reading.read());
            answer.onCompleted();
        } catch (StatusRuntimeException refused) {
            answer.onError(refused);
        } catch (IOException failure) {
            LOG.error("event=snapshot-unreadable", failure);
            answer.onError(
                    Rejections.toStatus(RejectionCode.UNAVAILABLE, "snapshot: cannot be read"));
        } finally {
            room.release();
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }
}
