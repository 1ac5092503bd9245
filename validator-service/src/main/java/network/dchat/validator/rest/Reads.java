package network.dchat.validator.rest;

import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Reads of files and of the index, off the event loop, a bounded number at a time.
@Component
final class Reads {
    /// Reads at a time; each may hold a whole block.
    static final int MOST_AT_ONCE = 32;

    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    /// Does the work on another thread; refused at once when there is no room.
    <T> Mono<T> offLoop(Callable<T> work) {
        return Mono.defer(() -> {
            if (!places.tryAcquire()) {
                return Mono.error(ChainProblem.of(ChainProblem.Kind.OVERLOADED,
                        "reads: " + MOST_AT_ONCE + " at a time already"));
            }
            return Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic())
                    .doFinally(_ -> places.release());
        });
    }
}
