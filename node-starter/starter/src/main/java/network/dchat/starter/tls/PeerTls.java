package network.dchat.starter.tls;

import com.google.protobuf.ByteString;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import network.dchat.identity.NodeCertificate;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;

/// Mutual TLS of one node: its certificate, made anew at each start, and the rules by which it
/// trusts.
public final class PeerTls {
    private static final Duration BACKDATED = Duration.ofHours(24);
    private static final Duration VALIDITY = Duration.ofDays(365);
    private static final int SEED_BYTES = 32;

    private final NodeCertificate certificate;
    private final InstantSource clock;

    /// Makes a certificate for the node's key.
    public PeerTls(SigningKey key, InstantSource clock) {
        this.clock = clock;
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        long now = clock.millis();
        this.certificate = NodeCertificate.create(key, now - BACKDATED.toMillis(),
                now + VALIDITY.toMillis(), ByteString.copyFrom(seed));
    }

    /// What the server shows and demands: TLS 1.3, a certificate that proves some peer id.
    public ServerCredentials server() {
        return TlsServerCredentials.newBuilder()
                .keyManager(new KeyManager[]{new PeerKeyManager(certificate)})
                .trustManager(new TrustManager[]{PeerTrustManager.anyone(clock)})
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE).build();
    }

    /// Credentials for one dialled peer.
    public Dialled dial(Optional<PeerId> expected) {
        PeerTrustManager trust = PeerTrustManager.dialled(expected, clock);
        ChannelCredentials credentials = TlsChannelCredentials.newBuilder()
                .keyManager(new KeyManager[]{new PeerKeyManager(certificate)})
                .trustManager(new TrustManager[]{trust}).build();
        return new Dialled(credentials, trust);
    }

    /// Credentials of a channel, and who proved to be at its other end.
    public static final class Dialled {
        private final ChannelCredentials credentials;
        private final PeerTrustManager trust;

        private Dialled(ChannelCredentials credentials, PeerTrustManager trust) {
            this.credentials = credentials;
            this.trust = trust;
        }

        /// For the channel.
        public ChannelCredentials credentials() {
            return credentials;
        }

        /// The peer that was expected, or learnt from the first handshake.
        public Optional<PeerId> peer() {
            return trust.peer();
        }
    }
}
