package network.dchat.session.noise;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A key and the counter of its next nonce (section 5.1). Without a key, bytes pass unchanged.
///
/// Not safe for use by several threads.
public final class CipherState {
    /// The one nonce that is kept for rekeying, 2^64 - 1: none may be spent on a message.
    private static final long REKEY_NONCE = -1L;

    private final NoiseCipher cipher;
    private @Nullable Secret key;
    private long nonce;

    CipherState(NoiseCipher cipher) {
        this.cipher = cipher;
    }

    CipherState(NoiseCipher cipher, Secret key) {
        this.cipher = cipher;
        this.key = key;
    }

    /// InitializeKey: a new key starts with nonce 0.
    void initializeKey(Secret newKey) {
        destroy();
        key = newKey;
        nonce = 0;
    }

    /// HasKey.
    boolean hasKey() {
        return key != null;
    }

    /// SetNonce, for transports that number their messages themselves.
    ///
    /// @param next the next nonce, unsigned
    public void setNonce(long next) {
        nonce = next;
    }

    /// The next nonce, unsigned.
    public long nonce() {
        return nonce;
    }

    /// EncryptWithAd for a transport message.
    public ByteString encrypt(ByteString associatedData, ByteString plaintext) {
        if (plaintext.size() > HandshakeState.MAX_MESSAGE_LENGTH - NoiseCipher.TAG_LENGTH) {
            throw new IllegalArgumentException(
                    "plaintext: " + plaintext.size() + " bytes (expected: at most 65519 bytes)");
        }
        return ByteString
                .copyFrom(encryptWithAd(associatedData.toByteArray(), plaintext.toByteArray()));
    }

    /// DecryptWithAd for a transport message. A failure changes nothing: the next good one still
    /// opens.
    ///
    /// @throws NoiseException when the message is too long, too short or not authentic
    public ByteString decrypt(ByteString associatedData, ByteString ciphertext)
            throws NoiseException {
        if (ciphertext.size() > HandshakeState.MAX_MESSAGE_LENGTH) {
            throw new NoiseException(NoiseException.Reason.TOO_LONG);
        }
        return ByteString
                .copyFrom(decryptWithAd(associatedData.toByteArray(), ciphertext.toByteArray()));
    }

    byte[] encryptWithAd(byte[] associatedData, byte[] plaintext) {
        if (key == null) {
            return plaintext;
        }
        requireNonceLeft();
        byte[] ciphertext = cipher.seal(key, nonce, associatedData, plaintext);
        nonce++;
        return ciphertext;
    }

    byte[] decryptWithAd(byte[] associatedData, byte[] ciphertext) throws NoiseException {
        if (key == null) {
            return ciphertext;
        }
        requireNonceLeft();
        byte[] plaintext = cipher.open(key, nonce, associatedData, ciphertext);
        nonce++;
        return plaintext;
    }

    /// Rekey (section 4.2): a new key that does not lead back to the old one; the nonce goes on.
    public void rekey() {
        if (key == null) {
            throw new IllegalStateException("rekey: there is no key yet");
        }
        byte[] stream = cipher.seal(key, REKEY_NONCE, new byte[0], new byte[Secret.LENGTH]);
        key.destroy();
        key = Secret.owning(Arrays.copyOf(stream, Secret.LENGTH));
        Arrays.fill(stream, (byte) 0);
    }

    /// Wipes the key.
    public void destroy() {
        if (key != null) {
            key.destroy();
            key = null;
        }
    }

    private void requireNonceLeft() {
        if (nonce == REKEY_NONCE) {
            throw new IllegalStateException("nonce: all 2^64 - 1 are spent (expected: a new key)");
        }
    }
}
