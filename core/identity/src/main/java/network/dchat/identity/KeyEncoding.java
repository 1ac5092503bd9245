package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.Optional;

/// Ed25519 keys in the DER forms of RFC 8410, which have one fixed beginning each.
final class KeyEncoding {
    private static final ByteString PUBLIC_PREFIX = prefix("302a300506032b6570032100");
    private static final ByteString PRIVATE_PREFIX = prefix("302e020100300506032b657004220420");

    private KeyEncoding() {}

    /// The SubjectPublicKeyInfo of a public key.
    static byte[] subjectPublicKeyInfo(ByteString publicKey) {
        return PUBLIC_PREFIX.concat(publicKey).toByteArray();
    }

    /// The PKCS #8 form of a private key.
    static byte[] privateKeyInfo(ByteString seed) {
        return PRIVATE_PREFIX.concat(seed).toByteArray();
    }

    /// The Ed25519 key in a SubjectPublicKeyInfo from a stranger.
    static Optional<PublicKey> parse(ByteString subjectPublicKeyInfo) {
        return subjectPublicKeyInfo.startsWith(PUBLIC_PREFIX)
                ? PublicKey.parse(subjectPublicKeyInfo.substring(PUBLIC_PREFIX.size()))
                : Optional.empty();
    }

    private static ByteString prefix(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }
}
