package network.dchat.starter.rpc;

import io.grpc.netty.NettyServerBuilder;

/// A bean that adds something to the node's one gRPC server before it is built.
@FunctionalInterface
public interface PeerServerCustomizer {
    /// Adds filters, tracers or limits.
    void customize(NettyServerBuilder builder);
}
