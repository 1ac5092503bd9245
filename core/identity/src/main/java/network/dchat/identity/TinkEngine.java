package network.dchat.identity;

import com.google.crypto.tink.subtle.Ed25519Sign;
import com.google.crypto.tink.subtle.Ed25519Verify;
import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;

/// Ed25519 by Tink, in Java alone: runs everywhere.
final class TinkEngine implements Engine {
    @Override
    public String name() {
        return "tink";
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        try {
            new Ed25519Verify(publicKey).verify(signature, message);
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException refused) {
            return false;
        }
    }

    @Override
    public Signer signer(byte[] seed) {
        try {
            Ed25519Sign key = new Ed25519Sign(seed);
            return message -> sign(key, message);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("tink: cannot take an Ed25519 seed", failure);
        }
    }

    /// The public key of a seed, as encoded bytes.
    static ByteString publicKey(ByteString seed) {
        try {
            var pair = Ed25519Sign.KeyPair.newKeyPairFromSeed(seed.toByteArray());
            return ByteString.copyFrom(pair.getPublicKey());
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("tink: cannot derive an Ed25519 key", failure);
        }
    }

    private static byte[] sign(Ed25519Sign key, byte[] message) {
        try {
            return key.sign(message);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("tink: cannot sign", failure);
        }
    }
}
