package network.dchat.starter.rpc;

import io.grpc.ServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import network.dchat.starter.node.HostAndPort;
import org.springframework.grpc.server.NettyGrpcServerFactory;

/// Makes the node's one gRPC server: mutual TLS, bounded messages and windows, keep-alive as peers
/// send it.
public final class PeerServerFactory extends NettyGrpcServerFactory {
    private static final int LEAST_KEEP_ALIVE_SECONDS = 5;
    private static final int MOST_CALLS_PER_CONNECTION = 1_000;

    private final HostAndPort listen;
    private final ServerCredentials credentials;

    /// A server on an address.
    ///
    /// @param customizers what other parts of the node add to the server
    public PeerServerFactory(HostAndPort listen, ServerCredentials credentials,
            RpcProperties properties, Executor executor, List<PeerServerCustomizer> customizers) {
        super(listen.toString(), List.of(builder -> {
            configure(builder, properties, executor);
            customizers.forEach(customizer -> customizer.customize(builder));
        }), null, null, null);
        this.listen = listen;
        this.credentials = credentials;
    }

    @Override
    protected NettyServerBuilder newServerBuilder() {
        return NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()),
                credentials);
    }

    private static void configure(NettyServerBuilder builder, RpcProperties properties,
            Executor executor) {
        builder.maxInboundMessageSize(Math.toIntExact(properties.maxMessage().toBytes()))
                .flowControlWindow(Math.toIntExact(properties.window().toBytes()))
                .maxConcurrentCallsPerConnection(MOST_CALLS_PER_CONNECTION)
                .permitKeepAliveTime(LEAST_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true).executor(executor);
    }
}
