package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;

/// The certificate with which a node shows its peer id in TLS 1.3 (libp2p TLS specification).
///
/// It is self-signed by a key of its own; an extension holds the node's key and that key's
/// signature over the certificate's key. So the node's key signs nothing during a handshake.
///
/// @param privateKey the certificate's private key, an object of the JDK
/// @param certificate the certificate
public record NodeCertificate(PrivateKey privateKey, X509Certificate certificate) {
    /// Longest validity: ten years.
    public static final long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(3653);

    private static final X500Name NAME = new X500Name("CN=dchat node");

    /// Makes a certificate for a node.
    ///
    /// @param node the node's key
    /// @param notBeforeMillis from when it is valid, milliseconds since 1970; cut to seconds
    /// @param notAfterMillis until when, at most [#MAXIMUM_LIFETIME_MILLIS] later
    /// @param seed 32 random bytes from which the certificate's own key grows
    public static NodeCertificate create(SigningKey node, long notBeforeMillis, long notAfterMillis,
            ByteString seed) {
        SignedRecords.requireSpan("node certificate", notBeforeMillis, notAfterMillis,
                MAXIMUM_LIFETIME_MILLIS);
        SigningKey own = SigningKey.fromSeed(seed);
        ByteString keyInfo = ByteString
                .copyFrom(KeyEncoding.subjectPublicKeyInfo(own.publicKey().bytes()));
        ByteString serial = Sha256.of(keyInfo).bytes().substring(0, Long.BYTES);
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(NAME,
                    new BigInteger(1, serial.toByteArray()),
                    Date.from(Instant.ofEpochMilli(notBeforeMillis)),
                    Date.from(Instant.ofEpochMilli(notAfterMillis)), NAME,
                    SubjectPublicKeyInfo.getInstance(keyInfo.toByteArray()));
            builder.addExtension(new ASN1ObjectIdentifier(NodeCertificateCheck.EXTENSION), false,
                    NodeCertificateCheck.signedKey(node, keyInfo).toByteArray());
            byte[] encoded = builder.build(new SelfSigner(own)).getEncoded();
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encoded));
            PrivateKey privateKey = KeyFactory.getInstance("Ed25519").generatePrivate(
                    new PKCS8EncodedKeySpec(KeyEncoding.privateKeyInfo(own.seed())));
            return new NodeCertificate(privateKey, certificate);
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException("node certificate: cannot be made", failure);
        }
    }

    /// The peer that a certificate chain from a stranger proves.
    ///
    /// @param chain the certificates of the handshake; there must be one
    /// @param nowMillis the time at which it must be valid
    public static Verified<PeerId> verify(List<X509Certificate> chain, long nowMillis) {
        return NodeCertificateCheck.verify(chain, nowMillis);
    }

    @Override
    public String toString() {
        return "NodeCertificate[privateKey=***, serial=" + certificate.getSerialNumber() + "]";
    }

    /// Signs the certificate's body with its own key.
    private static final class SelfSigner implements ContentSigner {
        private final SigningKey key;
        private final ByteString.Output body = ByteString.newOutput();

        SelfSigner(SigningKey key) {
            this.key = key;
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
        }

        @Override
        public OutputStream getOutputStream() {
            return body;
        }

        @Override
        public byte[] getSignature() {
            return key.sign(body.toByteString()).bytes().toByteArray();
        }
    }
}
