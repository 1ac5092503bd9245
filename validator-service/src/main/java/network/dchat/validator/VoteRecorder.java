package network.dchat.validator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import network.dchat.validator.store.RecordedVotes;
import network.dchat.wire.v1.Vote;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the votes of heights that went wrong, beside the core: what cannot be kept is counted, and
/// nothing waits for it. For many threads.
public final class VoteRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(VoteRecorder.class);
    private static final int MOST_WAITING = 8;

    private final Path directory;
    private final ExecutorService executor;
    private final ConsensusMetrics metrics;
    private final Semaphore room = new Semaphore(MOST_WAITING);
    private volatile @Nullable RecordedVotes votes;

    /// A recorder that is not started.
    ///
    /// @param directory where the votes are kept
    VoteRecorder(Path directory, ExecutorService executor, ConsensusMetrics metrics) {
        this.directory = directory;
        this.executor = executor;
        this.metrics = metrics;
    }

    /// Opens the file.
    void start() throws IOException {
        votes = RecordedVotes.open(directory);
    }

    /// Closes it.
    void stop() throws IOException {
        RecordedVotes opened = votes;
        votes = null;
        if (opened != null) {
            opened.close();
        }
    }

    /// Keeps the votes of a height, in a while.
    void record(long height, List<Vote> cast) {
        RecordedVotes opened = votes;
        if (opened == null || !room.tryAcquire()) {
            metrics.votesNotKept();
            return;
        }
        try {
            executor.execute(() -> {
                try {
                    opened.add(height, cast);
                } catch (IOException failure) {
                    metrics.votesNotKept();
                    LOG.warn("event=votes-not-kept height={} reason=\"{}\"", height,
                            failure.getMessage());
                } finally {
                    room.release();
                }
            });
        } catch (RejectedExecutionException _) {
            room.release();
        }
    }

    /// The votes of a height; empty when none are kept of it.
    public Optional<List<Vote>> of(long height) throws IOException {
        RecordedVotes opened = votes;
        return opened == null ? Optional.empty() : opened.of(height);
    }

    /// The heights of which votes are kept, the latest first.
    public List<Long> heights() {
        RecordedVotes opened = votes;
        return opened == null ? List.of() : opened.heights();
    }
}
