package network.dchat.validator.snapshot;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/// Which chunks of a state are there, under way, or still to be fetched. For many threads.
final class ChunkPlan {
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Integer> wanted = new ArrayDeque<>();
    private final List<List<ByteString>> chunks;
    private final int total;
    private int done;
    private long bytes;

    /// A plan for 2^bits chunks.
    ChunkPlan(int bits) {
        this.total = 1 << bits;
        this.chunks = new ArrayList<>(Collections.nCopies(total, List.of()));
        for (int index = 0; index < total; index++) {
            wanted.add(index);
        }
    }

    /// A chunk that nobody fetches now; empty when there is none.
    OptionalInt take() {
        lock.lock();
        try {
            Integer next = wanted.poll();
            return next == null ? OptionalInt.empty() : OptionalInt.of(next);
        } finally {
            lock.unlock();
        }
    }

    /// A chunk that was taken and not fetched.
    void giveBack(int index) {
        lock.lock();
        try {
            wanted.addFirst(index);
        } finally {
            lock.unlock();
        }
    }

    /// A chunk that was taken and is verified.
    void arrived(int index, List<ByteString> entries) {
        lock.lock();
        try {
            chunks.set(index, List.copyOf(entries));
            bytes += entries.stream().mapToLong(ByteString::size).sum();
            done++;
        } finally {
            lock.unlock();
        }
    }

    /// How many there are.
    int total() {
        return total;
    }

    /// How many arrived.
    int done() {
        lock.lock();
        try {
            return done;
        } finally {
            lock.unlock();
        }
    }

    /// Bytes of all entries that arrived.
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /// The entries of all chunks, in order, once all are there.
    List<List<ByteString>> entries() {
        lock.lock();
        try {
            if (done != total) {
                throw new IllegalStateException(
                        "chunks: " + done + " (expected: all " + total + ")");
            }
            return List.copyOf(chunks);
        } finally {
            lock.unlock();
        }
    }
}
