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
    public boolean verify(ByteString publicKey, ByteString message, ByteString signature) {
        try {
            new Ed25519Verify(publicKey.toByteArray()).verify(signature.toByteArray(),
                    message.toByteArray());
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException refused) {
            return false;
        }
    }

    @Override
    public Signer signer(ByteString seed) {
        try {
            Ed25519Sign key = new Ed25519Sign(seed.toByteArray());
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

    private static ByteString sign(Ed25519Sign key, ByteString message) {
        try {
            return ByteString.copyFrom(key.sign(message.toByteArray()));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("tink: cannot sign", failure);
        }
    }
}
