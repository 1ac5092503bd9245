package network.dchat.session.noise;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/// An X25519 private key with its public half, which is computed when it is first asked for.
public final class X25519KeyPair {
    private final Secret privateKey;
    private @Nullable X25519PublicKey publicKey;

    private X25519KeyPair(Secret privateKey) {
        this.privateKey = privateKey;
    }

    /// The pair that belongs to 32 secret bytes; they are clamped when used (RFC 7748 section 5).
    /// The pair takes the secret over.
    public static X25519KeyPair of(Secret privateKey) {
        if (privateKey.length() != Secret.LENGTH) {
            throw new IllegalArgumentException(
                    "X25519 private key: " + privateKey.length() + " bytes (expected: 32 bytes)");
        }
        return new X25519KeyPair(privateKey);
    }

    /// The secret half.
    public Secret privateKey() {
        return privateKey;
    }

    /// The public half.
    public X25519PublicKey publicKey() {
        if (publicKey == null) {
            byte[] point = Curve25519.publicKey(privateKey.array());
            publicKey = new X25519PublicKey(ByteString.copyFrom(point));
        }
        return publicKey;
    }

    /// The secret that both owners can compute (section 12.1).
    ///
    /// @throws NoiseException when the other key is of small order
    public Secret agree(X25519PublicKey other) throws NoiseException {
        byte[] shared = Curve25519.multiply(privateKey.array(), other.bytes().toByteArray());
        return Secret.owning(shared);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof X25519KeyPair pair && publicKey().equals(pair.publicKey());
    }

    @Override
    public int hashCode() {
        return publicKey().hashCode();
    }

    @Override
    public String toString() {
        return publicKey().toString();
    }
}
