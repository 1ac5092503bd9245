package network.dchat.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import network.dchat.mesh.ObjectId;
import network.dchat.starter.log.LogPosition;
import org.jspecify.annotations.Nullable;

/// The one writer of the index: what many callers add at a time goes into one transaction.
final class IndexQueue implements AutoCloseable {
    private static final int MOST_TOGETHER = 512;
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final ShardIndex index;
    private final LinkedBlockingQueue<Write> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean running = true;

    IndexQueue(ShardIndex index, String nodeName) {
        this.index = index;
        this.thread = Thread.ofPlatform().daemon().name(nodeName + "-shard-index")
                .start(this::work);
    }

    /// Adds to the index; answers, on the index's own thread, what was new. No two writes under
    /// way may hold the same shard.
    CompletableFuture<ShardIndex.Usage> write(List<IndexedManifest> manifests,
            List<IndexedShard> shards, LogPosition written) {
        Write write = new Write(manifests, shards, written, new CompletableFuture<>());
        queue.add(write);
        if (!running) {
            refuseAll();
        }
        return write.done;
    }

    /// Ends the writer; a turn that has begun ends first.
    @Override
    public void close() {
        running = false;
        thread.interrupt();
        try {
            thread.join(STOP_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        refuseAll();
    }

    private void refuseAll() {
        for (Write write = queue.poll(); write != null; write = queue.poll()) {
            write.done.completeExceptionally(new IOException("the storage node stops"));
        }
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
    }

    /// The watermark moves to the last record of the turn: what lies before it and came not here
    /// yet was not acknowledged.
    private void writeAll(List<Write> turn) {
        List<IndexedManifest> manifests = new ArrayList<>();
        List<IndexedShard> shards = new ArrayList<>();
        List<ShardIndex.Usage> added = new ArrayList<>();
        Set<ObjectId> seen = new HashSet<>();
        @Nullable
        LogPosition last = null;
        try {
            for (Write write : turn) {
                long bytes = 0;
                for (IndexedManifest manifest : write.manifests) {
                    ObjectId object = manifest.manifest().id();
                    if (seen.add(object) && !index.knows(object)) {
                        manifests.add(manifest);
                        bytes += manifest.length();
                    }
                }
                for (IndexedShard shard : write.shards) {
                    shards.add(shard);
                    bytes += shard.length();
                }
                added.add(new ShardIndex.Usage(write.shards.size(), bytes));
                last = last == null || write.written.compareTo(last) > 0 ? write.written : last;
            }
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

    private record Write(List<IndexedManifest> manifests, List<IndexedShard> shards,
            LogPosition written, CompletableFuture<ShardIndex.Usage> done) {}
}
