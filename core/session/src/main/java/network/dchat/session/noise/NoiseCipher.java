package network.dchat.session.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The cipher functions of section 12: authenticated encryption with a 32-byte key, a nonce of 64
/// bits and a tag of 16 bytes.
public enum NoiseCipher {
    /// ChaCha20-Poly1305 (RFC 8439): four zero bytes and the counter in little endian as nonce.
    CHACHA_POLY("ChaChaPoly", "ChaCha20-Poly1305", "ChaCha20", ByteOrder.LITTLE_ENDIAN),
    /// AES-256-GCM (NIST SP 800-38D): four zero bytes and the counter in big endian as nonce.
    AES_GCM("AESGCM", "AES/GCM/NoPadding", "AES", ByteOrder.BIG_ENDIAN);

    /// Length of an authentication tag in bytes.
    public static final int TAG_LENGTH = 16;
    /// Length of the full nonce in bytes.
    public static final int NONCE_LENGTH = 12;

    private final String noiseName;
    private final String transformation;
    private final String keyAlgorithm;
    private final ByteOrder counterOrder;

    NoiseCipher(String noiseName, String transformation, String keyAlgorithm,
            ByteOrder counterOrder) {
        this.noiseName = noiseName;
        this.transformation = transformation;
        this.keyAlgorithm = keyAlgorithm;
        this.counterOrder = counterOrder;
    }

    /// The name in a protocol name, such as `ChaChaPoly`.
    public String noiseName() {
        return noiseName;
    }

    /// ENCRYPT of section 4.2 with a counter as nonce.
    byte[] seal(Secret key, long counter, byte[] associatedData, byte[] plaintext) {
        return seal(key, nonce(counter), associatedData, plaintext);
    }

    /// DECRYPT of section 4.2 with a counter as nonce.
    byte[] open(Secret key, long counter, byte[] associatedData, byte[] ciphertext)
            throws NoiseException {
        return open(key, nonce(counter), associatedData, ciphertext);
    }

    /// Ciphertext and tag under a full nonce, which must never serve twice with the same key.
    public byte[] seal(Secret key, byte[] nonce, byte[] associatedData, byte[] plaintext) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, nonce, associatedData).doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(noiseName + " of this Java runtime does not work", e);
        }
    }

    /// The plaintext.
    ///
    /// @throws NoiseException when the tag does not fit
    public byte[] open(Secret key, byte[] nonce, byte[] associatedData, byte[] ciphertext)
            throws NoiseException {
        if (ciphertext.length < TAG_LENGTH) {
            throw new NoiseException(NoiseException.Reason.TOO_SHORT);
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, associatedData).doFinal(ciphertext);
        } catch (AEADBadTagException e) {
            throw new NoiseException(NoiseException.Reason.NOT_AUTHENTIC);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(noiseName + " of this Java runtime does not work", e);
        }
    }

    private Cipher cipher(int mode, Secret key, byte[] nonce, byte[] associatedData)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(transformation);
        AlgorithmParameterSpec parameters = this == AES_GCM
                ? new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce)
                : new IvParameterSpec(nonce);
        cipher.init(mode, new SecretKeySpec(key.array(), keyAlgorithm), parameters);
        cipher.updateAAD(associatedData);
        return cipher;
    }

    private byte[] nonce(long counter) {
        return ByteBuffer.allocate(NONCE_LENGTH).order(counterOrder).putInt(0).putLong(counter)
                .array();
    }
}
