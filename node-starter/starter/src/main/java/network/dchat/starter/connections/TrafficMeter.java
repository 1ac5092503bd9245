package network.dchat.starter.connections;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSession;
import network.dchat.identity.PeerId;
import network.dchat.peers.Traffic;
import network.dchat.starter.rpc.CallerPeer;
import org.jspecify.annotations.Nullable;

/// Counts bytes and messages per peer as they pass the transport.
final class TrafficMeter {
    private final InstantSource clock;
    private final Map<PeerId, Counters> counters = new ConcurrentHashMap<>();

    TrafficMeter(InstantSource clock) {
        this.clock = clock;
    }

    /// For channels to one peer.
    ClientInterceptor outbound(PeerId peer) {
        return new ClientInterceptor() {
            @Override
            public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method,
                    CallOptions options, Channel next) {
                return next.newCall(method,
                        options.withStreamTracerFactory(new ClientTracers(peer)));
            }
        };
    }

    /// For the server.
    ServerStreamTracer.Factory inbound() {
        return new ServerStreamTracer.Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new ServerTracer();
            }
        };
    }

    /// What passed since the last call, for each peer with any. Peers without calls are forgotten.
    Map<PeerId, Traffic> drain() {
        Map<PeerId, Traffic> traffic = new HashMap<>();
        for (PeerId peer : counters.keySet()) {
            counters.computeIfPresent(peer, (_, counted) -> {
                Traffic passed = counted.drain();
                if (!passed.equals(Traffic.NONE)) {
                    traffic.put(peer, passed);
                }
                return counted.calls.get() == 0 ? null : counted;
            });
        }
        return traffic;
    }

    /// How many peers are counted.
    int size() {
        return counters.size();
    }

    /// The counters of a peer for one call, which must say when it ends.
    private Counters begin(PeerId peer) {
        return counters.compute(peer, (_, known) -> {
            Counters counted = known == null ? new Counters() : known;
            counted.calls.incrementAndGet();
            return counted;
        });
    }

    private static final class Counters {
        private final AtomicInteger calls = new AtomicInteger();
        private final LongAdder bytesIn = new LongAdder();
        private final LongAdder bytesOut = new LongAdder();
        private final LongAdder messagesIn = new LongAdder();
        private final LongAdder messagesOut = new LongAdder();

        Traffic drain() {
            return new Traffic(bytesIn.sumThenReset(), bytesOut.sumThenReset(),
                    messagesIn.sumThenReset(), messagesOut.sumThenReset());
        }

        void end() {
            calls.decrementAndGet();
        }
    }

    private final class ClientTracers extends ClientStreamTracer.Factory {
        private final PeerId peer;

        ClientTracers(PeerId peer) {
            this.peer = peer;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info,
                Metadata headers) {
            Counters counted = begin(peer);
            return new ClientStreamTracer() {
                @Override
                public void streamClosed(Status status) {
                    counted.end();
                }

                @Override
                public void outboundMessage(int number) {
                    counted.messagesOut.increment();
                }

                @Override
                public void inboundMessage(int number) {
                    counted.messagesIn.increment();
                }

                @Override
                public void outboundWireSize(long bytes) {
                    counted.bytesOut.add(bytes);
                }

                @Override
                public void inboundWireSize(long bytes) {
                    counted.bytesIn.add(bytes);
                }
            };
        }
    }

    private final class ServerTracer extends ServerStreamTracer {
        private volatile @Nullable Counters counted;
        private boolean over;

        @Override
        public void serverCallStarted(ServerCallInfo<?, ?> call) {
            @Nullable
            SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            if (session != null) {
                CallerPeer.of(session, clock.millis()).ifPresent(peer -> begun(begin(peer)));
            }
        }

        private synchronized void begun(Counters counters) {
            if (over) {
                counters.end();
            } else {
                counted = counters;
            }
        }

        @Override
        public synchronized void streamClosed(Status status) {
            over = true;
            Counters known = counted;
            if (known != null) {
                known.end();
            }
        }

        @Override
        public void outboundMessage(int number) {
            Counters known = counted;
            if (known != null) {
                known.messagesOut.increment();
            }
        }

        @Override
        public void inboundMessage(int number) {
            Counters known = counted;
            if (known != null) {
                known.messagesIn.increment();
            }
        }

        @Override
        public void outboundWireSize(long bytes) {
            Counters known = counted;
            if (known != null) {
                known.bytesOut.add(bytes);
            }
        }

        @Override
        public void inboundWireSize(long bytes) {
            Counters known = counted;
            if (known != null) {
                known.bytesIn.add(bytes);
            }
        }
    }
}
