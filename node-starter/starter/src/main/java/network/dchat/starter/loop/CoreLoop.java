package network.dchat.starter.loop;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The owner of one core: feeds it inputs and carries out its effects by the contract between cores
/// and the world.
///
/// - One thread applies inputs in the order in which they came.
/// - Effects are carried out in list order, lists in input order. What follows a persist waits
///   until it is durable; one force may serve the persists of many inputs. Unconditional effects
///   overtake.
/// - A persist that failed drops what waits and builds the core again from its store before its
///   next input.
/// - Inputs from outside ([#offer]) are refused when the queue is full; answers to effects and
///   timers ([#answer], [#after]) are always taken, because the core bounds how many it asks for.
/// - A core that throws stops the loop and tells the fatal handler: better no node than a wrong
///   one.
///
/// @param <I> the core's inputs
/// @param <E> the core's effects
public final class CoreLoop<I, E> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoreLoop.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final LoopSettings settings;
    private final CoreFactory<I, E> factory;
    private final EffectRunner<E> runner;
    private final LoopTimers timers;
    private final Runnable onFatal;
    private final LinkedBlockingQueue<Task<I>> queue = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final Counter refused;
    private final PersistWriter<E> writer;
    private final Deque<E> waiting = new ArrayDeque<>();
    private final Thread owner;
    private Machine<I, E> machine = _ -> List.of();
    private int persisting;
    private volatile boolean running = true;
    private volatile boolean draining;

    /// A loop that is not started.
    ///
    /// @param onFatal called once when the core broke its own rules
    public CoreLoop(LoopSettings settings, CoreFactory<I, E> factory, EffectRunner<E> runner,
            LoopTimers timers, MeterRegistry meters, Runnable onFatal) {
        this.settings = settings;
        this.factory = factory;
        this.runner = runner;
        this.timers = timers;
        this.onFatal = onFatal;
        this.room = new Semaphore(settings.inputCapacity());
        this.refused = meters.counter("dchat.loop.inputs.refused", "loop", settings.name());
        Gauge.builder("dchat.loop.inputs.waiting", queue, LinkedBlockingQueue::size)
                .tag("loop", settings.name()).register(meters);
        this.writer = new PersistWriter<>(settings.name(), runner, this::persisted);
        this.owner = Thread.ofPlatform().daemon().name(settings.name()).unstarted(this::work);
    }

    /// Loads the core and begins to work.
    public void start() throws IOException {
        Birth<I, E> birth = factory.load();
        machine = birth.machine();
        birth.inputs().forEach(this::answer);
        owner.start();
    }

    /// Takes an input from outside, or answers `false` when the queue is full or the loop stopped.
    public boolean offer(I input) {
        if (!running || draining || !room.tryAcquire()) {
            refused.increment();
            return false;
        }
        queue.add(new Task.Outside<>(input));
        return true;
    }

    /// Takes the answer to an effect, or a timer that elapsed.
    public void answer(I input) {
        if (running) {
            queue.add(new Task.Inside<>(input));
        }
    }

    /// Gives an input to the core after a delay.
    public void after(Duration delay, I input) {
        timers.after(delay, () -> answer(input));
    }

    /// Carries out what was accepted, then stops. Waits at most 10 s; not at all when it never
    /// began.
    @Override
    public void close() {
        draining = true;
        queue.add(new Task.Stop<>());
        joinOwner();
        writer.close();
    }

    /// Stops at once, as a crash would: what waits is lost.
    public void abandon() {
        running = false;
        draining = true;
        queue.clear();
        queue.add(new Task.Stop<>());
        writer.close();
        joinOwner();
    }

    private void joinOwner() {
        if (Thread.currentThread().equals(owner) || owner.getState() == Thread.State.NEW) {
            return;
        }
        try {
            owner.join(STOP_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        List<Task<I>> turn = new ArrayList<>();
        boolean stopping = false;
        try {
            while (running && !(stopping && waiting.isEmpty() && queue.isEmpty())) {
                Task<I> first = queue.poll(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    stopping |= draining;
                    continue;
                }
                turn.add(first);
                queue.drainTo(turn, settings.batch() - 1);
                for (Task<I> task : turn) {
                    stopping |= task instanceof Task.Stop<I>;
                    take(task);
                }
                turn.clear();
                carryOut();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("event=core-broken loop={}", settings.name(), e);
            running = false;
            onFatal.run();
        }
        running = false;
    }

    private void take(Task<I> task) throws IOException {
        switch (task) {
            case Task.Outside<I>(I input) -> {
                room.release();
                apply(input);
            }
            case Task.Inside<I>(I input) -> apply(input);
            case Task.Persisted<I>(int count, boolean durable) -> settle(count, durable);
            case Task.Stop<I>() -> LOG.debug("event=loop-stops loop={}", settings.name());
        }
    }

    private void apply(I input) {
        for (E effect : machine.apply(input)) {
            if (runner.order(effect) == EffectOrder.UNCONDITIONAL) {
                runner.run(effect);
            } else {
                waiting.add(effect);
            }
        }
    }

    /// Carries out effects up to the first persist, then hands all waiting persists to the writer.
    private void carryOut() {
        if (persisting > 0) {
            return;
        }
        while (!waiting.isEmpty() && runner.order(waiting.element()) != EffectOrder.PERSIST) {
            runner.run(waiting.remove());
        }
        List<E> batch = waiting.stream().filter(e -> runner.order(e) == EffectOrder.PERSIST)
                .toList();
        if (!batch.isEmpty()) {
            persisting = batch.size();
            writer.write(batch);
        }
    }

    /// Called by the writer when a batch is durable or failed.
    private void persisted(int count, boolean durable) {
        queue.add(new Task.Persisted<>(count, durable));
    }

    private void settle(int count, boolean durable) throws IOException {
        persisting = 0;
        if (!durable) {
            LOG.warn("event=persist-failed loop={} dropped={}", settings.name(), waiting.size());
            waiting.clear();
            Birth<I, E> birth = factory.load();
            machine = birth.machine();
            birth.inputs().forEach(this::apply);
            return;
        }
        int settled = 0;
        while (!waiting.isEmpty()) {
            boolean persist = runner.order(waiting.element()) == EffectOrder.PERSIST;
            if (persist && settled == count) {
                return;
            }
            E effect = waiting.remove();
            if (persist) {
                settled++;
            } else {
                runner.run(effect);
            }
        }
    }
}
