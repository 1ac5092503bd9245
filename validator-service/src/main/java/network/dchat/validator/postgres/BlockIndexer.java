package network.dchat.validator.postgres;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.Hash;
import network.dchat.ledger.Blocks;
import network.dchat.validator.chain.ChainView;
import network.dchat.wire.v1.CommittedBlock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/// Keeps the index up with the block file: a thread that reads what the index lacks and writes it
/// in batches, and forgets what the file no longer holds. While PostgreSQL is away it tries again;
/// nothing in consensus waits for it.
public final class BlockIndexer {
    private static final Logger LOG = LoggerFactory.getLogger(BlockIndexer.class);
    private static final int BATCH_BLOCKS = 64;
    private static final int BATCH_BYTES = 8 * 1024 * 1024;
    private static final long RETRY_MILLIS = 1_000;

    private final ChainView view;
    private final BlockIndex index;
    private final Semaphore news = new Semaphore(0);
    private final Thread thread;
    private final Runnable listener = news::release;
    private volatile boolean running = true;
    private volatile long height;
    private volatile boolean failing;
    private long first;

    /// An indexer that is not started.
    public BlockIndexer(ChainView view, BlockIndex index, String nodeName) {
        this.view = view;
        this.index = index;
        this.thread = Thread.ofPlatform().daemon().name(nodeName + "-index").unstarted(this::work);
    }

    /// Begins to work.
    public void start() {
        view.listen(listener);
        thread.start();
    }

    /// Stops after the batch at hand.
    public void stop() {
        running = false;
        view.forget(listener);
        thread.interrupt();
    }

    /// The highest block that the index holds; 0 until that is known.
    public long height() {
        return height;
    }

    /// How many final blocks the index lacks.
    public long behind() {
        return view.latest().height() - height;
    }

    /// Whether PostgreSQL did not take the last batch.
    public boolean isFailing() {
        return failing;
    }

    private void work() {
        boolean aligned = false;
        while (running) {
            try {
                if (!aligned) {
                    align();
                    aligned = true;
                }
                if (height >= view.latest().height()) {
                    news.acquire();
                    news.drainPermits();
                }
                write();
                failing = false;
            } catch (IOException | DataAccessException failure) {
                if (!failing) {
                    LOG.warn("event=index-fails height={} reason={}", height, failure.toString());
                }
                failing = true;
                pause();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Finds where the index and the block file agree; an index of another chain is emptied.
    private void align() throws IOException {
        long indexed = index.height();
        long tip = view.latest().height();
        if (indexed > tip) {
            index.truncate(tip);
            indexed = tip;
        }
        Optional<Hash> hash = index.tip();
        Optional<CommittedBlock> block = view.block(indexed);
        boolean same = hash.isPresent() && block.isPresent()
                && Blocks.headerHash(block.get().getBlock().getHeader()).equals(hash.get());
        if (indexed > 0 && !same) {
            LOG.warn("event=index-rebuilt reason=\"another chain\" height={}", indexed);
            index.truncate(0);
            indexed = 0;
        }
        height = Math.max(indexed, view.firstHeight() - 1);
    }

    private void write() throws IOException {
        List<CommittedBlock> batch = new ArrayList<>();
        long bytes = 0;
        long next = height + 1;
        while (batch.size() < BATCH_BLOCKS && bytes < BATCH_BYTES) {
            Optional<CommittedBlock> block = view.block(next);
            if (block.isEmpty()) {
                break;
            }
            batch.add(block.get());
            bytes += block.get().getSerializedSize();
            next++;
        }
        if (!batch.isEmpty()) {
            index.add(batch);
            height = next - 1;
        }
        if (view.firstHeight() > first) {
            first = view.firstHeight();
            index.prune(first);
        }
    }

    private void pause() {
        try {
            boolean woken = news.tryAcquire(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debug("event=index-retries woken={}", woken);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            running = false;
        }
    }
}
