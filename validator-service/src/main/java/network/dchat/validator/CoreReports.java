package network.dchat.validator;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import network.dchat.consensus.Consensus;
import org.jspecify.annotations.Nullable;

/// Reports on the height at hand for whoever asks, made by the core's own thread at its next input.
/// Those who ask meanwhile get the same one.
final class CoreReports {
    private final AtomicReference<@Nullable CompletableFuture<ValidatorNode.Report>> asked;

    CoreReports() {
        this.asked = new AtomicReference<>();
    }

    /// The next report.
    CompletableFuture<ValidatorNode.Report> ask() {
        CompletableFuture<ValidatorNode.Report> fresh = new CompletableFuture<>();
        CompletableFuture<ValidatorNode.Report> before = asked.compareAndExchange(null, fresh);
        return (before == null ? fresh : before).copy();
    }

    /// Answers on the executor, if someone asked. Called by the core's thread.
    void answer(Consensus core, Executor executor) {
        if (asked.get() == null) {
            return;
        }
        CompletableFuture<ValidatorNode.Report> waiting = asked.getAndSet(null);
        if (waiting != null) {
            var report = new ValidatorNode.Report(core.report(), core.chain().describeValidators());
            try {
                executor.execute(() -> waiting.complete(report));
            } catch (RejectedExecutionException stops) {
                waiting.completeExceptionally(stops);
            }
        }
    }
}
