package network.dchat.identity;

import com.google.protobuf.ByteString;

/// An Ed25519 private key, made from its 32-byte seed (RFC 8032 section 5.1.5).
///
/// Signing is deterministic and may be done by many threads at once. The seed never shows in a
/// text.
public final class SigningKey {
    /// Length of a seed in bytes.
    public static final int SEED_LENGTH = 32;

    private final ByteString seed;
    private final PublicKey publicKey;
    private final Engine.Signer signer;

    private SigningKey(ByteString seed) {
        Octets.requireLength("seed", seed, SEED_LENGTH);
        this.seed = seed;
        this.signer = Ed25519.engine().signer(seed);
        this.publicKey = new PublicKey(TinkEngine.publicKey(seed));
    }

    /// The key that grows from a seed of 32 random bytes.
    public static SigningKey fromSeed(ByteString seed) {
        return new SigningKey(seed);
    }

    /// The public half.
    public PublicKey publicKey() {
        return publicKey;
    }

    /// The secret seed, for the key file and nothing else.
    public ByteString seed() {
        return seed;
    }

    /// The signature of exactly these bytes. What is bound to a kind and a network goes through
    /// `Signatures` instead.
    public Signature sign(ByteString message) {
        return new Signature(signer.sign(message));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SigningKey key && publicKey.equals(key.publicKey);
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
