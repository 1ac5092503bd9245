package network.dchat.starter.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import network.dchat.identity.NodeCertificate;
import network.dchat.identity.PeerId;
import network.dchat.identity.Verified;

/// Trusts a certificate by the peer id it proves (libp2p TLS specification), never by a name or an
/// authority.
///
/// With an expected peer id, only that peer passes. Without one, the first peer that proves
/// itself is
/// remembered and from then on expected.
final class PeerTrustManager extends X509ExtendedTrustManager {
    private final AtomicReference<Optional<PeerId>> expected;
    private final boolean remembers;
    private final InstantSource clock;

    private PeerTrustManager(Optional<PeerId> expected, boolean remembers, InstantSource clock) {
        this.expected = new AtomicReference<>(expected);
        this.remembers = remembers;
        this.clock = clock;
    }

    /// For a server: whoever proves any peer id.
    static PeerTrustManager anyone(InstantSource clock) {
        return new PeerTrustManager(Optional.empty(), false, clock);
    }

    /// For a dialled connection.
    static PeerTrustManager dialled(Optional<PeerId> expected, InstantSource clock) {
        return new PeerTrustManager(expected, true, clock);
    }

    /// The peer that is expected or was learnt.
    Optional<PeerId> peer() {
        return expected.get();
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        Verified<PeerId> verified = NodeCertificate.verify(List.of(chain), clock.millis());
        switch (verified) {
            case Verified.Rejected<PeerId>(var rejection) ->
                throw new CertificateException(rejection.name() + ": " + rejection.reason());
            case Verified.Accepted<PeerId>(PeerId proven) -> require(proven);
        }
    }

    private void require(PeerId proven) throws CertificateException {
        if (remembers) {
            expected.compareAndSet(Optional.empty(), Optional.of(proven));
        }
        Optional<PeerId> wanted = expected.get();
        if (wanted.isPresent() && !wanted.get().equals(proven)) {
            throw new CertificateException("peer " + proven.shortName() + " answered (expected: "
                    + wanted.get().shortName() + ")");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
