package network.dchat.starter.loop;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that makes effects durable, one batch at a time.
///
/// @param <E> the core's effects
final class PersistWriter<E> implements AutoCloseable {
    /// Told how a batch ended.
    @FunctionalInterface
    interface Outcome {
        void settled(int count, boolean durable);
    }

    private static final Logger LOG = LoggerFactory.getLogger(PersistWriter.class);

    private final String name;
    private final EffectRunner<E> runner;
    private final Outcome outcome;
    private final LinkedBlockingQueue<List<E>> batches = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean running = true;

    PersistWriter(String name, EffectRunner<E> runner, Outcome outcome) {
        this.name = name;
        this.runner = runner;
        this.outcome = outcome;
        this.thread = Thread.ofPlatform().daemon().name(name + "-persist").unstarted(this::work);
    }

    void write(List<E> batch) {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
        batches.add(batch);
    }

    @Override
    public void close() {
        running = false;
        batches.add(List.of());
    }

    private void work() {
        try {
            while (running) {
                List<E> batch = batches.take();
                if (!batch.isEmpty()) {
                    outcome.settled(batch.size(), persist(batch));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean persist(List<E> batch) {
        try {
            runner.persist(batch);
            return true;
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("event=persist-failed loop={} effects={}", name, batch.size(), e);
            return false;
        }
    }
}
