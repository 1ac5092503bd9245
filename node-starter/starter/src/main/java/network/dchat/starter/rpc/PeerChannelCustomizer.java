package network.dchat.starter.rpc;

import io.grpc.netty.NettyChannelBuilder;
import java.util.Optional;
import network.dchat.identity.PeerId;

/// A bean that adds something to every channel to a peer before it is built.
@FunctionalInterface
public interface PeerChannelCustomizer {
    /// Adds interceptors or limits.
    ///
    /// @param peer who is expected at the other end; empty when anyone is
    void customize(NettyChannelBuilder builder, Optional<PeerId> peer);
}
