package network.dchat.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.dchat.mesh.SignedManifest;
import network.dchat.starter.log.LogPosition;
import org.jspecify.annotations.Nullable;

/// The one writer of the index: what many callers add at a time goes into one transaction.
final class IndexQueue implements AutoCloseable {
    private static final int MOST_TOGETHER = 512;
    private static final int WAIT_SECONDS = 30;

    private final ShardIndex index;
    private final LinkedBlockingQueue<Write> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean running = true;

    IndexQueue(ShardIndex index, String name) {
        this.index = index;
        this.thread = Thread.ofPlatform().daemon().name("index-" + name).start(this::work);
    }

    /// Adds to the index; answers whether any of the shards was new.
    ///
    /// @throws IOException when the index did not take it
    boolean write(List<SignedManifest> manifests, List<IndexedShard> shards, LogPosition written)
            throws IOException {
        Write write = new Write(manifests, shards, written, new CompletableFuture<>());
        queue.add(write);
        try {
            return write.done.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the shard index did not take " + shards.size() + " shards", e);
        } catch (TimeoutException e) {
            throw new IOException("the shard index did not answer within 30 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the shard index was written", e);
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }

    private void work() {
        List<Write> turn = new ArrayList<>();
        while (running) {
            try {
                turn.add(queue.take());
                queue.drainTo(turn, MOST_TOGETHER - 1);
                writeAll(turn);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                running = false;
            }
            turn.clear();
        }
        queue.forEach(write -> write.done
                .completeExceptionally(new IOException("the storage node stops")));
    }

    /// The watermark moves to the last record of the turn: what lies before it and came not here
    /// yet was
    /// not acknowledged.
    private void writeAll(List<Write> turn) {
        List<SignedManifest> manifests = new ArrayList<>();
        List<IndexedShard> shards = new ArrayList<>();
        Set<ShardKey> seen = new HashSet<>();
        List<Boolean> added = new ArrayList<>();
        @Nullable
        LogPosition last = null;
        for (Write write : turn) {
            manifests.addAll(write.manifests);
            boolean fresh = write.shards.isEmpty();
            for (IndexedShard shard : write.shards) {
                if (seen.add(shard.key()) && index.find(shard.key()).isEmpty()) {
                    shards.add(shard);
                    fresh = true;
                }
            }
            added.add(fresh);
            last = last == null || write.written.compareTo(last) > 0 ? write.written : last;
        }
        try {
            if (last != null) {
                index.write(manifests, shards, last);
            }
            for (int i = 0; i < turn.size(); i++) {
                turn.get(i).done.complete(added.get(i));
            }
        } catch (IOException | RuntimeException e) {
            turn.forEach(write -> write.done.completeExceptionally(e));
        }
    }

    private record Write(List<SignedManifest> manifests, List<IndexedShard> shards,
            LogPosition written, CompletableFuture<Boolean> done) {}
}
