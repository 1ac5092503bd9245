package network.dchat.starter.connections;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSession;
import network.dchat.identity.PeerId;
import network.dchat.starter.rpc.CallerPeer;
import org.jspecify.annotations.Nullable;

/// Sees transports that others made, and tells of the first and the last of each peer.
final class InboundTransports extends ServerTransportFilter {
    private static final Attributes.Key<PeerId> PEER = Attributes.Key.create("dchat-peer");

    private final InstantSource clock;
    private final Listener listener;
    private final Map<PeerId, Integer> open = new ConcurrentHashMap<>();

    InboundTransports(InstantSource clock, Listener listener) {
        this.clock = clock;
        this.listener = listener;
    }

    /// Told in the order in which it happens to one peer.
    interface Listener {
        void opened(PeerId peer, String address);

        void closed(PeerId peer);
    }

    @Override
    public Attributes transportReady(Attributes transport) {
        @Nullable
        SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return transport;
        }
        return CallerPeer.of(session, clock.millis()).map(peer -> {
            String address = CallerAddress.of(transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
                    .toHostAndPort();
            open.compute(peer, (_, count) -> {
                if (count == null) {
                    listener.opened(peer, address);
                }
                return count == null ? 1 : count + 1;
            });
            return transport.toBuilder().set(PEER, peer).build();
        }).orElse(transport);
    }

    @Override
    public void transportTerminated(@Nullable Attributes transport) {
        @Nullable
        PeerId peer = transport == null ? null : transport.get(PEER);
        if (peer == null) {
            return;
        }
        open.computeIfPresent(peer, (_, count) -> {
            if (count == 1) {
                listener.closed(peer);
            }
            return count == 1 ? null : count - 1;
        });
    }
}
