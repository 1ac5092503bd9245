package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// Signatures that are worth something for one kind and one network only.
///
/// What is signed is `dchat/<kind>/1` ‖ network id ‖ body, the body exactly as it travels. A tag
/// never begins another one, so no message of one kind can be read as one of another.
public final class Signatures {
    private Signatures() {}

    /// The bytes that a signature of this kind covers.
    public static ByteString message(SignatureKind kind, NetworkId network, ByteString body) {
        return kind.tagBytes().concat(network.bytes()).concat(body);
    }

    /// The body with the key and the signature over it.
    public static SignedBytes sign(SignatureKind kind, NetworkId network, ByteString body,
            SigningKey key) {
        return SignedBytes.newBuilder().setBody(body).setPublicKey(key.publicKey().bytes())
                .setSignature(key.sign(message(kind, network, body)).bytes()).build();
    }

    /// True when whoever the signed bytes name did sign them, as this kind and for this network.
    public static boolean verify(SignatureKind kind, NetworkId network, SignedBytes signed) {
        return check(kind, network, signed).map(Signatures::holds).orElse(false);
    }

    /// True when the signed bytes name this key and it did sign them.
    public static boolean verify(SignatureKind kind, NetworkId network, SignedBytes signed,
            PublicKey signer) {
        return signed.getPublicKey().equals(signer.bytes()) && verify(kind, network, signed);
    }

    /// True when the key made this signature, where the parts travel apart from each other.
    public static boolean verify(SignatureKind kind, NetworkId network, ByteString body,
            PublicKey signer, Signature signature) {
        return Ed25519.verify(signer, message(kind, network, body), signature);
    }

    /// Who signed, or what is wrong: `UNSIGNED`, `MALFORMED` or `BAD_SIGNATURE`.
    public static Verified<PublicKey> signer(SignatureKind kind, NetworkId network,
            SignedBytes signed) {
        if (signed.getPublicKey().isEmpty() || signed.getSignature().isEmpty()) {
            return Verified.rejected(RejectionCode.UNSIGNED, kind.tag() + ": key or signature");
        }
        Optional<Ed25519.Check> check = check(kind, network, signed);
        if (check.isEmpty()) {
            return Verified.rejected(RejectionCode.MALFORMED, kind.tag() + ": key or signature");
        }
        if (!holds(check.get())) {
            return Verified.rejected(RejectionCode.BAD_SIGNATURE, kind.tag());
        }
        return Verified.accepted(check.get().publicKey());
    }

    /// What is to be verified, for a batch; empty when key or signature cannot be one.
    public static Optional<Ed25519.Check> check(SignatureKind kind, NetworkId network,
            SignedBytes signed) {
        return PublicKey.parse(signed.getPublicKey())
                .flatMap(key -> Signature.parse(signed.getSignature())
                        .map(signature -> new Ed25519.Check(key,
                                message(kind, network, signed.getBody()), signature)));
    }

    private static boolean holds(Ed25519.Check check) {
        return Ed25519.verify(check.publicKey(), check.message(), check.signature());
    }
}
