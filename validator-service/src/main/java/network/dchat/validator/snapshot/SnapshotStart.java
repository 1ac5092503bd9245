package network.dchat.validator.snapshot;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import network.dchat.validator.snapshot.SnapshotProperties.Sync;
import network.dchat.validator.store.ConsensusStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a node begin: at once where it has blocks or shall follow all of them, else once a state
/// is fetched and stored. The latter goes on beside the start, so that the node tells how far it
/// is.
public final class SnapshotStart {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotStart.class);

    private final Sync sync;
    private final ConsensusStore store;
    private final Supplier<SnapshotSync> syncs;
    private final SnapshotProgress progress;
    private final ExecutorService executor;
    private final Runnable onFatal;
    private final ReentrantLock lock = new ReentrantLock();
    private final StopSignal stop = new StopSignal();
    private volatile @Nullable Thread worker;

    /// @param syncs makes the one that fetches
    /// @param onFatal called when the node cannot begin
    SnapshotStart(Sync sync, ConsensusStore store, Supplier<SnapshotSync> syncs,
            SnapshotProgress progress, ExecutorService executor, Runnable onFatal) {
        this.sync = sync;
        this.store = store;
        this.syncs = syncs;
        this.progress = progress;
        this.executor = executor;
        this.onFatal = onFatal;
    }

    /// What begins.
    public interface Beginning {
        /// Begins from the own files.
        void begin() throws IOException;
    }

    /// Lets a node begin, now or later.
    public void run(Beginning beginning) throws IOException {
        if (sync == Sync.BLOCKS || !store.isEmpty()) {
            beginning.begin();
            return;
        }
        progress.does("begins", 0);
        executor.execute(() -> fetch(beginning));
    }

    /// Fetches no longer. Returns when nothing is written any more.
    public void stop() {
        stop.stop();
        Thread fetching = worker;
        if (fetching != null) {
            fetching.interrupt();
        }
        lock.lock();
        try {
            LOG.debug("event=snapshot-stopped fetching={}", fetching != null);
        } finally {
            lock.unlock();
        }
    }

    private void fetch(Beginning beginning) {
        lock.lock();
        try {
            worker = Thread.currentThread();
            SnapshotSync fetching = syncs.get();
            if (sync == Sync.SNAPSHOT || fetching.isWorthwhile(stop)) {
                fetching.run(stop);
            }
            progress.none();
            if (!stop.isGiven()) {
                beginning.begin();
            }
        } catch (InterruptedException _) {
            LOG.info("event=snapshot-ended reason=\"the node stops\"");
            Thread.currentThread().interrupt();
        } catch (SnapshotFailure failure) {
            fail(failure.getMessage());
        } catch (IOException | RuntimeException failure) {
            LOG.error("event=snapshot-broken", failure);
            fail(failure.toString());
        } finally {
            worker = null;
            lock.unlock();
        }
    }

    private void fail(@Nullable String reason) {
        if (!stop.isGiven()) {
            LOG.error("event=snapshot-failed reason=\"{}\"", reason);
            progress.does("failed: " + reason, 0);
            onFatal.run();
        }
    }
}
