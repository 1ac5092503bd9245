package network.dchat.starter.rpc;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.tls.PeerTls;

/// A gRPC channel to one peer. It connects when it is used and reconnects by itself.
public final class PeerChannel implements AutoCloseable {
    private final HostAndPort address;
    private final ManagedChannel channel;
    private final PeerTls.Dialled tls;

    PeerChannel(HostAndPort address, ManagedChannel channel, PeerTls.Dialled tls) {
        this.address = address;
        this.channel = channel;
        this.tls = tls;
    }

    /// For stubs.
    public Channel channel() {
        return channel;
    }

    /// The channel itself, for whoever watches its state.
    public ManagedChannel managed() {
        return channel;
    }

    /// Where it was dialled.
    public HostAndPort address() {
        return address;
    }

    /// Who is at the other end: the expected peer, or the one learnt from the first handshake.
    public Optional<PeerId> peer() {
        return tls.peer();
    }

    /// Ends all calls at once.
    @Override
    public void close() {
        channel.shutdownNow();
    }

    /// Lets calls end for a while, then ends them.
    public void closeGently(long millis) throws InterruptedException {
        channel.shutdown();
        if (!channel.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
            channel.shutdownNow();
        }
    }
}
