package network.dchat.validator;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import network.dchat.wire.v1.SubmitResult;

/// Submissions that wait for the core's answer, by number.
public final class PendingSubmissions {
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, CompletableFuture<List<SubmitResult>>> waiting;

    /// None waits.
    public PendingSubmissions() {
        this.waiting = new ConcurrentHashMap<>();
    }

    /// One that waits.
    record Pending(long id, CompletableFuture<List<SubmitResult>> results) {}

    Pending open() {
        Pending pending = new Pending(numbers.incrementAndGet(), new CompletableFuture<>());
        waiting.put(pending.id(), pending.results());
        return pending;
    }

    void close(Pending pending) {
        waiting.remove(pending.id());
    }

    void answered(long id, List<SubmitResult> results) {
        CompletableFuture<List<SubmitResult>> future = waiting.remove(id);
        if (future != null) {
            future.complete(results);
        }
    }
}
