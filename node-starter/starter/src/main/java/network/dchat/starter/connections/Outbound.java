package network.dchat.starter.connections;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.rpc.PeerChannel;

/// The channels that this node made: one per peer. Those of the connection table are kept until
/// it says
/// otherwise; passing ones, for a question or two, are closed after a while without use.
final class Outbound {
    private static final int MOST_PASSING = 64;
    private static final long STOP_PATIENCE_NANOS = 1_000_000_000;

    private final Dialling dialling;
    private final Listener listener;
    private final Map<PeerId, CompletableFuture<PeerChannel>> kept = new ConcurrentHashMap<>();
    private final Map<PeerId, Passing> passing = new LinkedHashMap<>(16, 0.75f, true);
    private volatile boolean closed;

    Outbound(Dialling dialling, Listener listener) {
        this.dialling = dialling;
        this.listener = listener;
    }

    private record Passing(PeerChannel channel, long usedAtMillis) {}

    /// Told of kept channels.
    interface Listener {
        void opened(PeerId peer, PeerChannel channel);

        void closed(PeerId peer, String reason);
    }

    /// The kept channel to a peer, if it is connected.
    Optional<PeerChannel> find(PeerId peer) {
        CompletableFuture<PeerChannel> future = kept.get(peer);
        return future != null && future.isDone() && !future.isCompletedExceptionally()
                ? Optional.of(future.join())
                : Optional.empty();
    }

    /// The kept channel to a peer, made if there is none. Blocks while it is made.
    PeerChannel keep(PeerRecord record) throws PeerUnreachableException {
        PeerId peer = record.peer();
        CompletableFuture<PeerChannel> mine = new CompletableFuture<>();
        CompletableFuture<PeerChannel> first = kept.putIfAbsent(peer, mine);
        if (first != null) {
            return join(peer, first);
        }
        try {
            Optional<PeerChannel> known = takePassing(peer);
            PeerChannel channel = known.isPresent() ? known.get() : dialling.connect(record);
            mine.complete(channel);
            refuseWhenClosed(peer, channel);
            listener.opened(peer, channel);
            watch(peer, mine, channel);
            return channel;
        } catch (PeerUnreachableException | RuntimeException failed) {
            kept.remove(peer, mine);
            boolean _ = mine.completeExceptionally(failed);
            throw failed;
        }
    }

    /// A channel for a question: the kept one, or a passing one. Blocks while it is made.
    PeerChannel pass(PeerRecord record, long nowMillis) throws PeerUnreachableException {
        PeerId peer = record.peer();
        Optional<PeerChannel> known = find(peer);
        if (known.isPresent()) {
            return known.get();
        }
        synchronized (passing) {
            Passing used = passing.get(peer);
            if (used != null && isConnected(used.channel)) {
                passing.put(peer, new Passing(used.channel, nowMillis));
                return used.channel;
            }
        }
        PeerChannel channel = dialling.connect(record);
        addPassing(peer, channel, nowMillis);
        refuseWhenClosed(peer, channel);
        return channel;
    }

    /// Closes the kept channel to a peer.
    void close(PeerId peer, String reason) {
        CompletableFuture<PeerChannel> future = kept.get(peer);
        if (future != null && future.isDone() && kept.remove(peer, future)
                && !future.isCompletedExceptionally()) {
            future.join().close();
            listener.closed(peer, reason);
        }
    }

    /// Closes passing channels that were not used for a while.
    void closeIdle(long idleMillis, long nowMillis) {
        List<Passing> idle;
        synchronized (passing) {
            idle = passing.values().stream()
                    .filter(channel -> nowMillis - channel.usedAtMillis >= idleMillis).toList();
            passing.values().removeAll(idle);
        }
        idle.forEach(channel -> channel.channel.managed().shutdown());
    }

    /// Closes everything, also what is being made, and waits a moment until the transports are
    /// gone.
    void closeAll() {
        closed = true;
        List<PeerChannel> channels = new ArrayList<>();
        for (PeerId peer : List.copyOf(kept.keySet())) {
            find(peer).ifPresent(channels::add);
            close(peer, "the node stops");
        }
        synchronized (passing) {
            passing.values().forEach(used -> channels.add(used.channel));
            passing.clear();
        }
        channels.forEach(PeerChannel::close);
        try {
            long end = System.nanoTime() + STOP_PATIENCE_NANOS;
            for (PeerChannel channel : channels) {
                channel.managed().awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asked once a channel is listed: whoever closes all either finds it on the list or has said
    /// so before.
    private void refuseWhenClosed(PeerId peer, PeerChannel channel)
            throws PeerUnreachableException {
        if (closed) {
            channel.close();
            throw new PeerUnreachableException(peer, "the node stops");
        }
    }

    private void addPassing(PeerId peer, PeerChannel channel, long nowMillis) {
        Passing replaced;
        Passing eldest = null;
        synchronized (passing) {
            replaced = passing.put(peer, new Passing(channel, nowMillis));
            if (passing.size() > MOST_PASSING) {
                eldest = passing.remove(passing.keySet().iterator().next());
            }
        }
        if (replaced != null) {
            replaced.channel.managed().shutdown();
        }
        if (eldest != null) {
            eldest.channel.managed().shutdown();
        }
    }

    private Optional<PeerChannel> takePassing(PeerId peer) {
        synchronized (passing) {
            Passing used = passing.remove(peer);
            if (used == null) {
                return Optional.empty();
            }
            if (isConnected(used.channel)) {
                return Optional.of(used.channel);
            }
            used.channel.close();
            return Optional.empty();
        }
    }

    private static boolean isConnected(PeerChannel channel) {
        return channel.managed().getState(false) == ConnectivityState.READY;
    }

    /// Takes a channel off the list when its transport is gone; whoever needs it again asks again.
    private void watch(PeerId peer, CompletableFuture<PeerChannel> future, PeerChannel channel) {
        ManagedChannel managed = channel.managed();
        ConnectivityState state = managed.getState(false);
        if (state == ConnectivityState.READY) {
            managed.notifyWhenStateChanged(state, () -> watch(peer, future, channel));
        } else if (kept.remove(peer, future)) {
            managed.shutdown();
            listener.closed(peer, "the transport is gone");
        }
    }

    private static PeerChannel join(PeerId peer, CompletableFuture<PeerChannel> future)
            throws PeerUnreachableException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw new PeerUnreachableException(peer,
                    String.valueOf(failed.getCause() == null
                            ? failed.getMessage()
                            : failed.getCause().getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new PeerUnreachableException(peer, "interrupted");
        }
    }
}
