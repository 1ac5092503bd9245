package network.dchat.starter.rpc;

import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PeerId;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.tls.PeerTls;

/// Makes channels to peers: mutual TLS, HTTP/2 keep-alive, bounded messages.
public final class PeerDialler {
    private static final int KEEP_ALIVE_SECONDS = 20;
    private static final int KEEP_ALIVE_TIMEOUT_SECONDS = 10;

    private final PeerTls tls;
    private final RpcProperties properties;
    private final Executor executor;
    private final List<PeerChannelCustomizer> customizers;

    /// A dialler that runs callbacks on an executor.
    ///
    /// @param customizers what other parts of the node add to channels
    public PeerDialler(PeerTls tls, RpcProperties properties, Executor executor,
            List<PeerChannelCustomizer> customizers) {
        this.tls = tls;
        this.properties = properties;
        this.executor = executor;
        this.customizers = List.copyOf(customizers);
    }

    /// A channel to an address; with an expected peer id nobody else can answer.
    public PeerChannel dial(HostAndPort address, Optional<PeerId> expected) {
        PeerTls.Dialled credentials = tls.dial(expected);
        NettyChannelBuilder builder = NettyChannelBuilder
                .forAddress(address.host(), address.port(), credentials.credentials())
                .overrideAuthority("dchat")
                .maxInboundMessageSize(Math.toIntExact(properties.maxMessage().toBytes()))
                .flowControlWindow(Math.toIntExact(properties.window().toBytes()))
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS).disableRetry()
                .executor(executor);
        customizers.forEach(customizer -> customizer.customize(builder, expected));
        return new PeerChannel(address, builder.build(), credentials);
    }
}
