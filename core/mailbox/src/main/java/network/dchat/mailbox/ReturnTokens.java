package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.WalletAddress;

/// Makes and opens the tokens of return handles: a user's address sealed under the relay's own key,
/// so that the relay keeps no state for them and nobody else can tell two tokens of one user apart.
///
/// A token is version (1 byte) ‖ nonce (12) ‖ AES-256-GCM(address (20) ‖ end of validity (8)) (44).
/// Owned by one thread.
public final class ReturnTokens {
    /// Length of a token in bytes.
    public static final int LENGTH = 57;
    /// Length of the key and of the seed in bytes.
    public static final int KEY_LENGTH = 32;

    private static final byte VERSION = 1;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;
    private static final int PLAIN_LENGTH = WalletAddress.LENGTH + Long.BYTES;
    private static final String NONCE_TAG = "dchat/return-nonce/1";
    private static final byte[] ASSOCIATED = {VERSION};

    private final SecretKeySpec key;
    private final ByteString seed;
    private final Cipher cipher;
    private long made;

    /// Tokens under a key that outlives the process.
    ///
    /// @param key 32 secret bytes
    /// @param seed 32 bytes that no other life of this relay was given: the nonces follow from it
    public ReturnTokens(ByteString key, ByteString seed) {
        Limits.range("token key bytes", key.size(), KEY_LENGTH, KEY_LENGTH);
        Limits.range("token seed bytes", seed.size(), KEY_LENGTH, KEY_LENGTH);
        this.key = new SecretKeySpec(key.toByteArray(), "AES");
        this.seed = seed;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("AES-GCM: missing (expected: in every JDK)", missing);
        }
    }

    /// Fresh tokens for a user.
    ///
    /// @param expiresAtMillis until when they can be used
    public List<ByteString> seal(WalletAddress address, long expiresAtMillis, int count) {
        List<ByteString> tokens = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            tokens.add(seal(address, expiresAtMillis));
        }
        return tokens;
    }

    /// Whose token it is; empty when this relay did not make it or its time is over.
    public Optional<WalletAddress> open(ByteString token, long nowMillis) {
        if (token.size() != LENGTH || token.byteAt(0) != VERSION) {
            return Optional.empty();
        }
        byte[] bytes = token.toByteArray();
        byte[] nonce = Arrays.copyOfRange(bytes, 1, 1 + NONCE_LENGTH);
        try {
            start(Cipher.DECRYPT_MODE, nonce);
            ByteBuffer plain = ByteBuffer
                    .wrap(cipher.doFinal(bytes, 1 + NONCE_LENGTH, LENGTH - 1 - NONCE_LENGTH));
            byte[] address = new byte[WalletAddress.LENGTH];
            plain.get(address);
            return plain.getLong() > nowMillis
                    ? WalletAddress.parse(ByteString.copyFrom(address))
                    : Optional.empty();
        } catch (AEADBadTagException _) {
            return Optional.empty();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("return token: not opened", broken);
        }
    }

    private ByteString seal(WalletAddress address, long expiresAtMillis) {
        ByteString counter = ByteString
                .copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(made++).flip());
        byte[] nonce = TaggedHash.of(NONCE_TAG, seed, counter).bytes().substring(0, NONCE_LENGTH)
                .toByteArray();
        byte[] plain = ByteBuffer.allocate(PLAIN_LENGTH).put(address.bytes().toByteArray())
                .putLong(expiresAtMillis).array();
        byte[] token = new byte[LENGTH];
        token[0] = VERSION;
        System.arraycopy(nonce, 0, token, 1, NONCE_LENGTH);
        try {
            start(Cipher.ENCRYPT_MODE, nonce);
            cipher.doFinal(plain, 0, PLAIN_LENGTH, token, 1 + NONCE_LENGTH);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("return token: not sealed", broken);
        }
        return UnsafeByteOperations.unsafeWrap(token);
    }

    private void start(int mode, byte[] nonce) throws GeneralSecurityException {
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(ASSOCIATED);
    }

    @Override
    public String toString() {
        return "***";
    }
}
