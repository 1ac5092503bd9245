package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import network.dchat.wire.v1.RejectionCode;

/// The checks of the libp2p TLS specification on the certificate that the other side shows.
final class NodeCertificateCheck {
    /// The libp2p public key extension.
    static final String EXTENSION = "1.3.6.1.4.1.53594.1.1";

    private static final int MAXIMUM_SIZE = 4096;
    private static final String ED25519 = "1.3.101.112";
    private static final Set<String> ECDSA = Set.of("1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3");
    private static final ByteString CONTEXT = ByteString.copyFromUtf8("libp2p-tls-handshake:");

    /// `OCTET STRING { SEQUENCE { OCTET STRING { key as protobuf }, OCTET STRING { signature } }
    /// }` has one encoding for an Ed25519 key: these bytes, the key, two bytes, the signature.
    private static final ByteString WRAPPER = Octets.ofHex("prefix", "046a", 2);
    private static final ByteString BEFORE_KEY = Octets.ofHex("prefix", "3068042408011220", 8);
    private static final ByteString BEFORE_SIGNATURE = Octets.ofHex("prefix", "0440", 2);
    private static final int KEY_START = WRAPPER.size() + BEFORE_KEY.size();
    private static final int KEY_END = KEY_START + PublicKey.LENGTH;
    private static final int SIGNATURE_START = KEY_END + BEFORE_SIGNATURE.size();

    private NodeCertificateCheck() {}

    /// The extension's value without its outer wrapper.
    static ByteString signedKey(SigningKey node, ByteString keyInfo) {
        return BEFORE_KEY.concat(node.publicKey().bytes()).concat(BEFORE_SIGNATURE)
                .concat(node.sign(CONTEXT.concat(keyInfo)).bytes());
    }

    static Verified<PeerId> verify(List<X509Certificate> chain, long nowMillis) {
        if (chain.size() != 1) {
            return Verified.rejected(RejectionCode.INVALID,
                    "certificates: " + chain.size() + " (expected: 1)");
        }
        X509Certificate certificate = chain.getFirst();
        if (nowMillis < certificate.getNotBefore().toInstant().toEpochMilli()) {
            return Verified.rejected(RejectionCode.FUTURE_DATED, "certificate: not yet valid");
        }
        if (nowMillis > certificate.getNotAfter().toInstant().toEpochMilli()) {
            return Verified.rejected(RejectionCode.EXPIRED, "certificate: no longer valid");
        }
        try {
            if (!isPlain(certificate)) {
                return Verified.rejected(RejectionCode.INVALID,
                        "certificate: too large, or parts that are not understood");
            }
            return selfSigned(certificate)
                    ? peer(certificate)
                    : Verified.rejected(RejectionCode.BAD_SIGNATURE,
                            "certificate: not signed by its own key");
        } catch (GeneralSecurityException unusable) {
            return Verified.rejected(RejectionCode.BAD_SIGNATURE, "certificate: key or signature");
        }
    }

    /// Small, without unique ids, and without critical extensions other than ours.
    private static boolean isPlain(X509Certificate certificate)
            throws CertificateEncodingException {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        Set<String> unknown = new HashSet<>(critical == null ? Set.of() : critical);
        unknown.remove(EXTENSION);
        return certificate.getEncoded().length <= MAXIMUM_SIZE && unknown.isEmpty()
                && certificate.getSubjectUniqueID() == null
                && certificate.getIssuerUniqueID() == null;
    }

    private static boolean selfSigned(X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = certificate.getSigAlgOID();
        if (algorithm.equals(ED25519)) {
            ByteString body = ByteString.copyFrom(certificate.getTBSCertificate());
            return KeyEncoding.parse(keyInfo(certificate))
                    .flatMap(key -> Signature.parse(ByteString.copyFrom(certificate.getSignature()))
                            .map(signature -> Ed25519.verify(key, body, signature)))
                    .orElse(false);
        }
        if (!ECDSA.contains(algorithm) || !certificate.getPublicKey().getAlgorithm().equals("EC")) {
            return false;
        }
        certificate.verify(certificate.getPublicKey());
        return true;
    }

    private static Verified<PeerId> peer(X509Certificate certificate) {
        byte[] value = certificate.getExtensionValue(EXTENSION);
        if (value == null) {
            return Verified.rejected(RejectionCode.UNSIGNED, "certificate: no libp2p extension");
        }
        ByteString extension = ByteString.copyFrom(value);
        boolean shaped = extension.size() == SIGNATURE_START + Signature.LENGTH
                && extension.startsWith(WRAPPER.concat(BEFORE_KEY))
                && extension.substring(KEY_END, SIGNATURE_START).equals(BEFORE_SIGNATURE);
        var node = shaped
                ? PublicKey.parse(extension.substring(KEY_START, KEY_END)).orElse(null)
                : null;
        if (node == null) {
            return Verified.rejected(RejectionCode.MALFORMED,
                    "certificate: no Ed25519 key in the libp2p extension");
        }
        Signature signature = new Signature(extension.substring(SIGNATURE_START));
        return Ed25519.verify(node, CONTEXT.concat(keyInfo(certificate)), signature)
                ? Verified.accepted(PeerId.of(node))
                : Verified.rejected(RejectionCode.BAD_SIGNATURE,
                        "certificate: key not signed by the node");
    }

    private static ByteString keyInfo(X509Certificate certificate) {
        return ByteString.copyFrom(certificate.getPublicKey().getEncoded());
    }
}
