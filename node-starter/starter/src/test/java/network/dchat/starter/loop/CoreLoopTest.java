package network.dchat.starter.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CoreLoopTest {
    private final LoopTimers timers = new LoopTimers("test");
    private final Recorder runner = new Recorder();
    private final CountDownLatch fatal = new CountDownLatch(1);

    @AfterEach
    void stopTimers() {
        timers.close();
    }

    @Test
    void holdsBackWhatFollowsAPersistUntilItIsDurable() throws Exception {
        CoreLoop<String, String> loop = loop(input -> List.of("before " + input, "persist " + input,
                "after " + input, "now " + input));
        loop.start();
        loop.answer("a");
        assertThat(runner.next()).isEqualTo("now a");
        assertThat(runner.next()).isEqualTo("before a");
        assertThat(runner.done).isEmpty();
        runner.gate.countDown();
        assertThat(runner.next()).isEqualTo("after a");
        loop.close();
    }

    @Test
    void servesManyPersistsWithOneForce() throws Exception {
        CoreLoop<String, String> loop = loop(
                input -> List.of("persist " + input, "after " + input));
        loop.start();
        loop.answer("first");
        for (int i = 0; i < 50; i++) {
            loop.answer("n" + i);
        }
        runner.gate.countDown();
        assertThat(runner.next()).isEqualTo("after first");
        for (int i = 0; i < 50; i++) {
            assertThat(runner.next()).isEqualTo("after n" + i);
        }
        assertThat(runner.batches).hasSizeLessThan(10);
        loop.close();
    }

    @Test
    void dropsWhatWaitsAndRebuildsTheCoreAfterAFailedPersist() throws Exception {
        runner.failures.set(1);
        runner.gate.countDown();
        AtomicInteger births = new AtomicInteger();
        CoreLoop<String, String> loop = new CoreLoop<>(LoopSettings.named("test"), () -> {
            int birth = births.incrementAndGet();
            return new Birth<>(input -> List.of("persist " + input, birth + " " + input),
                    List.of("born"));
        }, runner, timers, new SimpleMeterRegistry(), fatal::countDown);
        loop.start();
        assertThat(runner.next()).isEqualTo("2 born");
        assertThat(births).hasValue(2);
        loop.close();
    }

    @Test
    void refusesAtTheDoorWhatDoesNotFit() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        CoreLoop<String, String> loop = new CoreLoop<>(new LoopSettings("test", 2, 1),
                () -> new Birth<>(input -> List.of("ran " + input), List.of()), new Recorder() {
                    @Override
                    public void run(String effect) {
                        busy.countDown();
                        await(hold);
                        super.run(effect);
                    }
                }, timers, new SimpleMeterRegistry(), fatal::countDown);
        loop.start();
        assertThat(loop.offer("holds the loop")).isTrue();
        await(busy);
        assertThat(loop.offer("first to wait")).isTrue();
        assertThat(loop.offer("second to wait")).isTrue();
        assertThat(loop.offer("one too many")).isFalse();
        hold.countDown();
        loop.close();
    }

    @Test
    void finishesWhatItAcceptedBeforeItStops() throws Exception {
        runner.gate.countDown();
        CoreLoop<String, String> loop = loop(
                input -> List.of("persist " + input, "after " + input));
        loop.start();
        for (int i = 0; i < 20; i++) {
            assertThat(loop.offer("n" + i)).isTrue();
        }
        loop.close();
        assertThat(runner.done).hasSize(20);
        assertThat(loop.offer("late")).isFalse();
    }

    @Test
    void closesEvenIfItNeverBegan() {
        CoreLoop<String, String> loop = loop(input -> List.of("ran " + input));
        assertThat(loop.offer("too early")).isTrue();
        loop.close();
        assertThat(loop.offer("too late")).isFalse();
        assertThat(runner.done).isEmpty();
    }

    @Test
    void stopsLoudlyWhenTheCoreBreaksItsRules() throws Exception {
        CoreLoop<String, String> loop = loop(_ -> {
            throw new IllegalStateException("broken on purpose");
        });
        loop.start();
        loop.answer("x");
        assertThat(fatal.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.offer("y")).isFalse();
    }

    @Test
    void stopsLoudlyWhateverTheCoreThrows() throws Exception {
        CoreLoop<String, String> loop = loop(_ -> {
            throw new StackOverflowError("broken on purpose");
        });
        loop.start();
        loop.answer("x");
        assertThat(fatal.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.offer("y")).isFalse();
    }

    @Test
    void takesAPersistThatBrokeForAFailedOne() throws Exception {
        AtomicInteger births = new AtomicInteger();
        CoreLoop<String, String> loop = new CoreLoop<>(LoopSettings.named("test"), () -> {
            int birth = births.incrementAndGet();
            return new Birth<>(input -> List.of("persist " + input, birth + " " + input),
                    List.of("born"));
        }, new Recorder() {
            @Override
            public void persist(List<String> effects) {
                if (births.get() == 1) {
                    throw new OutOfMemoryError("broken on purpose");
                }
            }

            @Override
            public void run(String effect) {
                runner.run(effect);
            }
        }, timers, new SimpleMeterRegistry(), fatal::countDown);
        loop.start();
        assertThat(runner.next()).isEqualTo("2 born");
        loop.close();
    }

    private CoreLoop<String, String> loop(Machine<String, String> machine) {
        return new CoreLoop<>(LoopSettings.named("test"), () -> new Birth<>(machine, List.of()),
                runner, timers, new SimpleMeterRegistry(), fatal::countDown);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static class Recorder implements EffectRunner<String> {
        final LinkedBlockingQueue<String> done = new LinkedBlockingQueue<>();
        final CountDownLatch gate = new CountDownLatch(1);
        final AtomicInteger failures = new AtomicInteger();
        final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());

        @Override
        public EffectOrder order(String effect) {
            if (effect.startsWith("persist")) {
                return EffectOrder.PERSIST;
            }
            return effect.startsWith("now") ? EffectOrder.UNCONDITIONAL : EffectOrder.ORDERED;
        }

        @Override
        public void persist(List<String> effects) throws IOException {
            await(gate);
            batches.add(effects);
            if (failures.getAndDecrement() > 0) {
                throw new IOException("failed on purpose");
            }
        }

        @Override
        public void run(String effect) {
            done.add(effect);
        }

        String next() throws InterruptedException {
            String effect = done.poll(60, TimeUnit.SECONDS);
            return effect == null ? "nothing came" : effect;
        }
    }
}
