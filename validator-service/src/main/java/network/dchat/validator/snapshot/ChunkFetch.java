package network.dchat.validator.snapshot;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;
import network.dchat.ledger.StateChunks;
import network.dchat.wire.v1.SnapshotChunk;
import network.dchat.wire.v1.SnapshotChunkRequest;
import network.dchat.wire.v1.SnapshotOffer;

/// Fetches the chunks of one state: one at a time of each peer, from several peers at a time, each
/// verified as it comes. In memory are what arrived and a chunk a peer.
final class ChunkFetch {
    /// Peers asked at a time.
    static final int AT_A_TIME = 8;

    private static final int MOST_WAITS = 50;
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(20);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final SnapshotPeers peers;
    private final ExecutorService executor;
    private final SnapshotProgress progress;
    private final SnapshotOffer offer;
    private final Hash appHash;
    private final ChunkPlan plan;
    /// Those that serve this state.
    private final Set<PeerId> serving = ConcurrentHashMap.newKeySet();

    /// A fetch that has not begun.
    ///
    /// @param offering who offers the state
    /// @param appHash its root, as a verified header names it
    ChunkFetch(SnapshotPeers peers, ExecutorService executor, SnapshotProgress progress,
            SnapshotOffer offer, Collection<PeerId> offering, Hash appHash) {
        this.peers = peers;
        this.executor = executor;
        this.progress = progress;
        this.offer = offer;
        this.appHash = appHash;
        this.plan = new ChunkPlan(offer.getChunkBits());
        serving.addAll(offering);
    }

    ChunkPlan plan() {
        return plan;
    }

    /// Fetches until all chunks are there; false when nobody is left who serves the rest.
    boolean run(StopSignal stop) throws InterruptedException {
        progress.chunks(offer.getHeight(), 0, plan.total());
        while (plan.done() < plan.total() && !stop.isGiven()) {
            List<PeerId> asked = peers.usable().stream().filter(serving::contains).limit(AT_A_TIME)
                    .toList();
            if (asked.isEmpty()) {
                return false;
            }
            join(start(asked, stop));
        }
        return plan.done() == plan.total();
    }

    /// Sets each peer to work on another chunk, as far as there are any.
    private List<Future<?>> start(List<PeerId> asked, StopSignal stop) {
        List<Future<?>> workers = new ArrayList<>();
        for (PeerId peer : asked) {
            OptionalInt first = plan.take();
            if (first.isPresent()) {
                workers.add(executor.submit(() -> {
                    work(peer, first.getAsInt(), stop);
                    return peer;
                }));
            }
        }
        return workers;
    }

    private static void join(List<Future<?>> workers) throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        try {
            for (Future<?> worker : workers) {
                try {
                    worker.get();
                } catch (ExecutionException failed) {
                    failures.add(failed);
                }
            }
        } finally {
            workers.forEach(worker -> worker.cancel(true));
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("chunks: a worker failed", failures.getFirst());
        }
    }

    /// Takes one chunk after the other of a peer, as long as it serves them.
    private void work(PeerId peer, int first, StopSignal stop) throws InterruptedException {
        int waits = 0;
        OptionalInt next = OptionalInt.of(first);
        while (next.isPresent()) {
            int index = next.getAsInt();
            switch (peers.chunk(peer, request(index))) {
                case PeerAnswer.Given<SnapshotChunk>(var chunk) -> {
                    waits = 0;
                    if (!take(peer, index, chunk)) {
                        return;
                    }
                }
                case PeerAnswer.Busy<SnapshotChunk>(var retry) -> {
                    plan.giveBack(index);
                    if (++waits > MOST_WAITS) {
                        serving.remove(peer);
                        return;
                    }
                    stop.pause(retry.compareTo(LONGEST_WAIT) > 0
                            ? LONGEST_WAIT
                            : retry.plus(SHORTEST_WAIT));
                }
                case PeerAnswer.Late<SnapshotChunk>() -> {
                    plan.giveBack(index);
                    peers.late(peer);
                    return;
                }
                case PeerAnswer.Nothing<SnapshotChunk>(var _) -> {
                    plan.giveBack(index);
                    serving.remove(peer);
                    return;
                }
            }
            next = plan.take();
        }
    }

    private boolean take(PeerId peer, int index, SnapshotChunk chunk) {
        return switch (StateChunks.verify(appHash, offer.getChunkBits(), index, chunk)) {
            case Verified.Accepted<List<ByteString>>(var entries) -> {
                plan.arrived(index, entries);
                progress.chunks(offer.getHeight(), plan.done(), plan.total());
                yield true;
            }
            case Verified.Rejected<List<ByteString>>(var rejection) -> {
                plan.giveBack(index);
                peers.lied(peer, "chunk " + index + " of height " + offer.getHeight() + ": "
                        + rejection.reason());
                yield false;
            }
        };
    }

    private SnapshotChunkRequest request(int index) {
        return SnapshotChunkRequest.newBuilder().setHeight(offer.getHeight())
                .setChunkBits(offer.getChunkBits()).setIndex(index).build();
    }
}
