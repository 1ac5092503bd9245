package network.dchat.session.noise;

import com.google.protobuf.ByteString;

/// An X25519 private key with its public half.
public final class X25519KeyPair {
    private final Secret privateKey;
    private final X25519PublicKey publicKey;

    private X25519KeyPair(Secret privateKey, X25519PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /// The pair that belongs to 32 secret bytes; they are clamped when used (RFC 7748 section 5). The pair
    /// takes the secret over.
    public static X25519KeyPair of(Secret privateKey) {
        if (privateKey.length() != Secret.LENGTH) {
            throw new IllegalArgumentException(
                    "X25519 private key: " + privateKey.length() + " bytes (expected: 32 bytes)");
        }
        byte[] point = Curve25519.publicKey(privateKey.array());
        return new X25519KeyPair(privateKey, new X25519PublicKey(ByteString.copyFrom(point)));
    }

    /// The secret half.
    public Secret privateKey() {
        return privateKey;
    }

    /// The public half.
    public X25519PublicKey publicKey() {
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
        return other instanceof X25519KeyPair pair && publicKey.equals(pair.publicKey);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    @Override
    public String toString() {
        return publicKey.toString();
    }
}
