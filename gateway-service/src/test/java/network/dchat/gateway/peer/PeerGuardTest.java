package network.dchat.gateway.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import network.dchat.gateway.GatewayProperties;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.peer.PeerGuard.Operation;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.surrogate.User;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PeerGuardTest {
    private static final PeerId ONE = PeerId
            .of(SigningKey.fromSeed(User.hash("one").bytes()).publicKey());
    private static final PeerId TWO = PeerId
            .of(SigningKey.fromSeed(User.hash("two").bytes()).publicKey());

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PeerGuard guard = new PeerGuard(properties(), executor, meters);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void aPeerThatKeepsFailingIsLeftAloneAndAnotherIsNot() {
        AtomicInteger calls = new AtomicInteger();
        for (int count = 0; count < 8; count++) {
            assertCode(RejectionCode.UNAVAILABLE, () -> guard.call(Operation.SUBMIT, ONE, () -> {
                calls.incrementAndGet();
                throw new IllegalArgumentException("broken");
            }));
        }
        assertThat(calls).hasValue(5);
        assertThat(guard.<String>call(Operation.SUBMIT, TWO, () -> "fine")).isEqualTo("fine");
        assertThat(meters.counter("dchat.gateway.peer.failures", "operation", "SUBMIT", "code",
                "UNAVAILABLE").count()).isEqualTo(8);
    }

    @Test
    void aRefusalIsAnAnswerAndNoFailure() {
        for (int count = 0; count < 20; count++) {
            assertCode(RejectionCode.EXPIRED, () -> guard.call(Operation.SUBMIT, ONE, () -> {
                throw new RefusedException(RejectionCode.EXPIRED, "too late");
            }));
        }
        assertThat(guard.<String>call(Operation.SUBMIT, ONE, () -> "fine")).isEqualTo("fine");
    }

    @Test
    void aPeerThatHangsIsGivenUpInTime() {
        CountDownLatch never = new CountDownLatch(1);
        assertCode(RejectionCode.UNAVAILABLE, () -> guard.call(Operation.SUBMIT, ONE, () -> {
            never.await();
            return "late";
        }));
    }

    @Test
    void callsOfAKindAreBounded() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        Future<String> first = executor
                .submit(() -> guard.call(Operation.SUBMIT, ONE, () -> wait(begun, go)));
        Future<String> second = executor
                .submit(() -> guard.call(Operation.SUBMIT, TWO, () -> wait(begun, go)));
        begun.await();
        assertCode(RejectionCode.OVERLOADED,
                () -> guard.call(Operation.SUBMIT, ONE, () -> "third"));
        assertThat(guard.<String>call(Operation.ATTACH, ONE, () -> "other")).isEqualTo("other");
        go.countDown();
        assertThat(first.get() + second.get()).isEqualTo("donedone");
    }

    private static String wait(CountDownLatch begun, CountDownLatch go)
            throws InterruptedException {
        begun.countDown();
        go.await();
        return "done";
    }

    private static void assertCode(RejectionCode code, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(RefusedException.class,
                refused -> assertThat(refused.rejection().code()).isEqualTo(code));
    }

    private static GatewayProperties properties() {
        return new GatewayProperties(DataSize.ofMegabytes(1), Duration.ofSeconds(60), 1000, 10,
                Duration.ofSeconds(10), Duration.ofMillis(500), 2, 10, Duration.ofMinutes(1), 10);
    }
}
