package network.dchat.gateway.rest;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// Runs what blocks on virtual threads, away from the event loop.
final class Blocking {
    private final Scheduler scheduler;

    Blocking(ExecutorService virtualThreads) {
        this.scheduler = Schedulers.fromExecutor(virtualThreads);
    }

    <T> Mono<T> call(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(scheduler);
    }
}
