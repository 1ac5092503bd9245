package network.dchat.relay.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Checks lists in parallel, keeping their order.
public final class ParallelChecks {
    private static final int LEAST = 16;

    private final ExecutorService executor;
    private final int width;

    /// Checks on so many cores.
    public ParallelChecks(ExecutorService executor, int width) {
        this.executor = executor;
        this.width = width;
    }

    /// The answers for all items, in order. Called on virtual threads.
    <T, R> List<R> map(List<T> items, Function<? super T, R> check) {
        if (items.size() < 2 * LEAST || width < 2) {
            return items.stream().map(check).toList();
        }
        int size = Math.max(LEAST, (items.size() + width - 1) / width);
        List<Future<List<R>>> parts = new ArrayList<>();
        for (int from = size; from < items.size(); from += size) {
            List<T> part = items.subList(from, Math.min(items.size(), from + size));
            parts.add(executor.submit(() -> part.stream().map(check).toList()));
        }
        List<R> answers = new ArrayList<>(items.size());
        items.subList(0, size).forEach(item -> answers.add(check.apply(item)));
        parts.forEach(part -> answers.addAll(wait(part)));
        return answers;
    }

    private static <R> List<R> wait(Future<List<R>> part) {
        try {
            return part.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CancellationException("checks: the relay stops");
        } catch (ExecutionException broken) {
            throw new IllegalStateException("checks: a check failed", broken.getCause());
        }
    }
}
