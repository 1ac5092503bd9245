package network.dchat.session.noise;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Tries many keys on one short ChaChaPoly ciphertext.
///
/// A wrong key is cheap: what the ciphertext would decrypt to is shown without checking the tag
/// (RFC 8439 section 2.8: the cipher's blocks from 1 on), so that a caller who knows something
/// about the plaintext can pass on to the next key at an eighth of the price. Nothing may be
/// believed before [NoiseCipher#open] has checked the tag.
///
/// Not safe for use by several threads.
public final class KeyTrial {
    private static final int FIRST_BLOCK = 1;

    private final byte[] ciphertext;
    private final ChaCha20ParameterSpec parameters;
    private final Cipher cipher;

    /// A trial of keys on a ciphertext that ends with a tag.
    public KeyTrial(ByteString nonce, ByteString ciphertext) {
        this.ciphertext = Arrays.copyOf(ciphertext.toByteArray(),
                ciphertext.size() - NoiseCipher.TAG_LENGTH);
        this.parameters = new ChaCha20ParameterSpec(nonce.toByteArray(), FIRST_BLOCK);
        try {
            this.cipher = Cipher.getInstance("ChaCha20");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ChaCha20 is missing in this Java runtime", e);
        }
    }

    /// What the ciphertext would be with this key, unproven. No key may be tried twice in a row.
    public byte[] peek(Secret key) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key.array(), "ChaCha20"),
                    parameters);
            return cipher.doFinal(ciphertext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("ChaCha20 of this Java runtime does not work", e);
        }
    }
}
