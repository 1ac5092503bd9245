package network.dchat.starter.connections;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.rpc.PeerDialler;

/// Makes channels that are connected, or says why there is none.
public final class Dialling {
    /// For how many silent addresses of one peer there is patience: a record may name many.
    private static final int SILENT_ADDRESSES = 3;

    private final PeerDialler dialler;
    private final Duration patience;

    /// Dials with this patience for each address.
    public Dialling(PeerDialler dialler, Duration patience) {
        this.dialler = dialler;
        this.patience = patience;
    }

    /// A channel to a peer, at the first of its addresses that answers. The nearest are tried
    /// first; no further one is tried once three times the patience is spent.
    ///
    /// @throws PeerUnreachableException when none answers
    public PeerChannel connect(PeerRecord peer) throws PeerUnreachableException {
        List<Multiaddr> addresses = peer.addresses().stream()
                .sorted(Comparator.comparing(Multiaddr::scope)).toList();
        String reason = "its record holds no address";
        long began = System.nanoTime();
        for (Multiaddr address : addresses) {
            if (System.nanoTime() - began >= SILENT_ADDRESSES * patience.toNanos()) {
                break;
            }
            PeerChannel channel = dial(address, Optional.of(peer.peer()));
            Optional<String> failure = await(channel);
            if (failure.isEmpty()) {
                return channel;
            }
            channel.close();
            reason = address.toHostAndPort() + ": " + failure.get();
        }
        throw new PeerUnreachableException(peer.peer(), reason);
    }

    /// A channel to whoever listens at an address, connected or not yet.
    public PeerChannel dial(Multiaddr address, Optional<PeerId> expected) {
        return dialler.dial(new HostAndPort(address.host(), address.port()), expected);
    }

    /// The IP address at which a channel was dialled; the name where it does not resolve.
    public static Multiaddr addressOf(PeerChannel channel) {
        HostAndPort dialled = channel.address();
        try {
            return CallerAddress.of(InetAddress.getByName(dialled.host()), dialled.port());
        } catch (UnknownHostException _) {
            return Multiaddr.of(dialled.host(), dialled.port());
        }
    }

    /// Waits until a channel is connected; the reason when it is not.
    Optional<String> await(PeerChannel channel) {
        CompletableFuture<Optional<String>> ended = new CompletableFuture<>();
        follow(channel.managed(), ended);
        try {
            return ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return Optional.of("no connection within " + patience.toMillis() + " ms");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } catch (ExecutionException failed) {
            return Optional.of(String.valueOf(failed.getCause()));
        }
    }

    private static void follow(ManagedChannel channel, CompletableFuture<Optional<String>> ended) {
        ConnectivityState state = channel.getState(true);
        switch (state) {
            case READY -> ended.complete(Optional.empty());
            case TRANSIENT_FAILURE -> ended.complete(Optional.of("refused, or another peer there"));
            case SHUTDOWN -> ended.complete(Optional.of("the node stops"));
            case IDLE, CONNECTING ->
                channel.notifyWhenStateChanged(state, () -> follow(channel, ended));
        }
    }
}
