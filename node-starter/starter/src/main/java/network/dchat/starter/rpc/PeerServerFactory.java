package network.dchat.starter.rpc;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import network.dchat.starter.node.HostAndPort;
import org.springframework.grpc.server.NettyGrpcServerFactory;

/// Makes the node's one gRPC server: mutual TLS, bounded messages and windows, keep-alive as peers
/// send it, a [RequestGuard] before every service. Compressed requests are refused, since a small
/// one may unfold into a large one.
public final class PeerServerFactory extends NettyGrpcServerFactory {
    private static final int LEAST_KEEP_ALIVE_SECONDS = 5;
    private static final int MOST_CALLS_PER_CONNECTION = 1_000;
    private static final int HANDSHAKE_SECONDS = 30;
    private static final int IDLE_MINUTES = 5;

    private final HostAndPort listen;
    private final ServerCredentials credentials;
    private final RequestGuard guard;

    /// A server on an address.
    ///
    /// @param guard       refuses what no service should see
    /// @param customizers what other parts of the node add to the server
    public PeerServerFactory(HostAndPort listen, ServerCredentials credentials,
            RpcProperties properties, Executor executor, RequestGuard guard,
            List<PeerServerCustomizer> customizers) {
        super(listen.toString(), List.of(builder -> {
            configure(builder, properties, executor);
            builder.addStreamTracerFactory(guard.tracers());
            customizers.forEach(customizer -> customizer.customize(builder));
        }), null, null, null);
        this.listen = listen;
        this.credentials = credentials;
        this.guard = guard;
        TransportLog.leaveOutUnreadableMessages();
    }

    @Override
    public void addService(ServerServiceDefinition service) {
        super.addService(guard.guard(service));
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
                .permitKeepAliveWithoutCalls(true)
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
                .decompressorRegistry(
                        DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false))
                .executor(executor);
    }
}
