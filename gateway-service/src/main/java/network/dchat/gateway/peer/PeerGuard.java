package network.dchat.gateway.peer;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import network.dchat.gateway.GatewayProperties;
import network.dchat.gateway.RefusedException;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.meshaccess.MeshRefusedException;
import network.dchat.starter.rpc.Rejections;
import network.dchat.wire.v1.RejectionCode;

/// Stands around every call to a peer: at most so many of a kind at once (bulkhead), none for
/// longer than its deadline (time limiter), and for a while none at all to a peer that keeps
/// failing (circuit breaker, one a peer). A refusal with a reason is an answer, not a failure.
/// Calls run on virtual threads.
public final class PeerGuard {
    private static final int REMEMBERED_PEERS = 256;

    private final ExecutorService executor;
    private final MeterRegistry meters;
    private final BulkheadConfig bulkheads;
    private final CircuitBreakerConfig breakers;
    private final TimeLimiter limiter;
    private final Map<Operation, Bulkhead> byOperation = new ConcurrentHashMap<>();
    private final Map<PeerId, CircuitBreaker> byPeer = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Operation, CircuitBreaker> shared = new ConcurrentHashMap<>();

    /// A guard with the bounds of the properties.
    public PeerGuard(GatewayProperties properties, ExecutorService executor, MeterRegistry meters) {
        this.executor = executor;
        this.meters = meters;
        this.bulkheads = BulkheadConfig.custom().maxConcurrentCalls(properties.callsAtOnce())
                .maxWaitDuration(Duration.ZERO).build();
        this.breakers = CircuitBreakerConfig.custom().slidingWindowSize(20).minimumNumberOfCalls(5)
                .failureRateThreshold(50).waitDurationInOpenState(Duration.ofSeconds(5))
                .permittedNumberOfCallsInHalfOpenState(2).ignoreException(PeerGuard::isAnswer)
                .build();
        this.limiter = TimeLimiter.of(TimeLimiterConfig.custom()
                .timeoutDuration(properties.callTimeout()).cancelRunningFuture(true).build());
    }

    /// The kinds of calls.
    public enum Operation {
        /// Opening a mailbox at a relay.
        ATTACH,
        /// Giving a message to a relay.
        SUBMIT,
        /// Reading a mailbox.
        READ_MAILBOX,
        /// Listing a collection in the mesh.
        LIST_OBJECTS,
        /// Reading an object from the mesh.
        GET_OBJECT,
        /// Looking up a user's record.
        USER_RECORD
    }

    /// A call to one peer.
    ///
    /// @throws RefusedException with the peer's reason, or with ours when it could not be asked
    public <T> T call(Operation operation, PeerId peer, Callable<T> call) {
        return guarded(operation, breaker(peer), call);
    }

    /// A call that asks several peers.
    public <T> T call(Operation operation, Callable<T> call) {
        return guarded(operation,
                shared.computeIfAbsent(operation, it -> CircuitBreaker.of(it.name(), breakers)),
                call);
    }

    private <T> T guarded(Operation operation, CircuitBreaker breaker, Callable<T> call) {
        Bulkhead bulkhead = byOperation.computeIfAbsent(operation,
                it -> Bulkhead.of(it.name(), bulkheads));
        Callable<T> limited = () -> limiter
                .executeFutureSupplier(() -> executor.submit(unwrapped(call)));
        try {
            return Bulkhead
                    .decorateCallable(bulkhead, CircuitBreaker.decorateCallable(breaker, limited))
                    .call();
        } catch (Exception failure) {
            throw refused(operation, failure);
        }
    }

    /// So that breaker and caller see the failure itself.
    private static <T> Callable<T> unwrapped(Callable<T> call) {
        return () -> {
            try {
                return call.call();
            } catch (ExecutionException wrapped) {
                if (wrapped.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw wrapped;
            }
        };
    }

    private RefusedException refused(Operation operation, Exception failure) {
        Throwable cause = failure instanceof ExecutionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        Rejection rejection = rejection(operation, cause);
        meters.counter("dchat.gateway.peer.failures", "operation", operation.name(), "code",
                rejection.name()).increment();
        return new RefusedException(rejection);
    }

    private static Rejection rejection(Operation operation, Throwable cause) {
        return switch (cause) {
            case RefusedException refused -> refused.rejection();
            case MeshRefusedException refused -> refused.rejection();
            case CallNotPermittedException _ -> new Rejection(RejectionCode.UNAVAILABLE,
                    operation + ": the peer failed too often, not asked for some seconds");
            case BulkheadFullException _ ->
                new Rejection(RejectionCode.OVERLOADED, operation + ": too many calls at once");
            case TimeoutException _ ->
                new Rejection(RejectionCode.UNAVAILABLE, operation + ": no answer in time");
            case InterruptedException _ -> {
                Thread.currentThread().interrupt();
                yield new Rejection(RejectionCode.UNAVAILABLE, operation + ": interrupted");
            }
            default -> Rejections.from(cause)
                    .map(found -> new Rejection(found.getCode(), found.getReason()))
                    .orElseGet(() -> new Rejection(RejectionCode.UNAVAILABLE,
                            operation + ": " + cause.getMessage()));
        };
    }

    /// True for a refusal that says nothing about the peer's health.
    private static boolean isAnswer(Throwable failure) {
        Throwable cause = failure instanceof ExecutionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        return (cause instanceof RefusedException refused
                && refused.rejection().code() != RejectionCode.UNAVAILABLE)
                || cause instanceof MeshRefusedException || Rejections.from(cause).isPresent();
    }

    private CircuitBreaker breaker(PeerId peer) {
        synchronized (byPeer) {
            CircuitBreaker breaker = byPeer.computeIfAbsent(peer,
                    it -> CircuitBreaker.of(it.shortName(), breakers));
            if (byPeer.size() > REMEMBERED_PEERS) {
                byPeer.remove(byPeer.keySet().iterator().next());
            }
            return breaker;
        }
    }
}
