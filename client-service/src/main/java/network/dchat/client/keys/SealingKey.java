package network.dchat.client.keys;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// An AES-256-GCM key that seals what lies on a disk or travels to the mesh. May be used by many
/// threads.
///
/// Sealed bytes are a random nonce of 12 bytes and the ciphertext with its tag.
public final class SealingKey {
    /// Length of a key in bytes.
    public static final int LENGTH = 32;

    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;
    private static final String CIPHER = "AES/GCM/NoPadding";

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /// A key of 32 bytes.
    public SealingKey(ByteString bytes) {
        if (bytes.size() != LENGTH) {
            throw new IllegalArgumentException(
                    "sealing key: " + bytes.size() + " bytes (expected: " + LENGTH + ")");
        }
        this.key = new SecretKeySpec(bytes.toByteArray(), "AES");
    }

    /// Seals bytes; they open only with the same associated data.
    public ByteString seal(ByteString plain, ByteString associated) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(associated.toByteArray());
            return ByteString.copyFrom(nonce)
                    .concat(ByteString.copyFrom(cipher.doFinal(plain.toByteArray())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM: not available in this JDK", e);
        }
    }

    /// The bytes that were sealed; empty when key, associated data or a single bit is another.
    public Optional<ByteString> open(ByteString sealed, ByteString associated) {
        if (sealed.size() < NONCE_LENGTH + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS,
                    sealed.substring(0, NONCE_LENGTH).toByteArray()));
            cipher.updateAAD(associated.toByteArray());
            return Optional.of(ByteString
                    .copyFrom(cipher.doFinal(sealed.substring(NONCE_LENGTH).toByteArray())));
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM: not available in this JDK", e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
