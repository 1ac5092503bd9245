package network.dchat.starter.rpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import network.dchat.identity.NodeCertificate;
import network.dchat.identity.PeerId;
import org.jspecify.annotations.Nullable;

/// Tells a service who calls: the peer id proven by the TLS session, never one from a message.
public final class CallerPeer implements ServerInterceptor {
    private static final Context.Key<PeerId> KEY = Context.key("dchat-caller");
    private static final String SESSION_VALUE = "network.dchat.peer";

    private final InstantSource clock;

    /// An interceptor for every call of the server.
    public CallerPeer(InstantSource clock) {
        this.clock = clock;
    }

    /// The caller of the current call.
    ///
    /// @throws IllegalStateException outside a call
    public static PeerId current() {
        PeerId peer = KEY.get();
        if (peer == null) {
            throw new IllegalStateException("caller: none (expected: inside a gRPC call)");
        }
        return peer;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
            ServerCallHandler<Q, R> next) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        Optional<PeerId> peer = session == null ? Optional.empty() : of(session, clock.millis());
        if (peer.isEmpty()) {
            call.close(Status.UNAUTHENTICATED.withDescription("no peer id in the TLS session"),
                    new Metadata());
            return new ServerCall.Listener<>() {
            };
        }
        return Contexts.interceptCall(Context.current().withValue(KEY, peer.get()), call, headers,
                next);
    }

    /// Who proved to be at the other end of a TLS session.
    public static Optional<PeerId> of(SSLSession session, long nowMillis) {
        @Nullable
        Object known = session.getValue(SESSION_VALUE);
        if (known instanceof PeerId peer) {
            return Optional.of(peer);
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
            Optional<PeerId> proven = NodeCertificate.verify(chain, nowMillis).toOptional();
            proven.ifPresent(peer -> session.putValue(SESSION_VALUE, peer));
            return proven;
        } catch (SSLPeerUnverifiedException _) {
            return Optional.empty();
        }
    }
}
