package network.dchat.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import network.dchat.session.noise.NoiseCipher;
import network.dchat.session.noise.NoiseHash;
import network.dchat.session.noise.Secret;
import network.dchat.session.noise.X25519KeyPair;

/// How one key follows from another (Double Ratchet sections 3.1, 4.2 and 7.2): HMAC-SHA256 and
/// HKDF, each use with a label of its own.
final class KeySchedule {
    private static final byte[] ROOT = label("dchat/ratchet/root/1");
    private static final byte[] MESSAGE_KEY = label("dchat/ratchet/message/1");
    private static final byte[] CHAIN_KEY = label("dchat/ratchet/chain/1");
    private static final byte[] BODY_KEY = label("dchat/ratchet/body/1");
    private static final byte[] NONCE = label("dchat/ratchet/nonce/1");

    private KeySchedule() {}

    /// What a Diffie-Hellman step gives.
    record Step(Secret rootKey, Secret chainKey, Secret nextHeaderKey) {}

    /// KDF_RK_HE.
    static Step step(Secret rootKey, Secret agreed) {
        ByteString input = agreed.reveal().concat(ByteString.copyFrom(ROOT));
        List<Secret> outputs = NoiseHash.SHA256.hkdf(rootKey, input.toByteArray(), 3);
        return new Step(outputs.get(0), outputs.get(1), outputs.get(2));
    }

    /// KDF_CK, first half: the key of the next message.
    static Secret messageKey(Secret chainKey) {
        return NoiseHash.SHA256.hmac(chainKey, MESSAGE_KEY);
    }

    /// KDF_CK, second half: the next chain key.
    static Secret nextChainKey(Secret chainKey) {
        return NoiseHash.SHA256.hmac(chainKey, CHAIN_KEY);
    }

    /// The key that encrypts the body. It depends on the message's nonce too, so that a device
    /// which went back to an old state and uses a message key twice still never repeats key and
    /// nonce.
    static Secret bodyKey(Secret messageKey, byte[] nonce) {
        return NoiseHash.SHA256.hmac(messageKey, BODY_KEY, nonce);
    }

    /// The nonce of a message: no two repeat as long as message key or seed differ.
    static byte[] nonce(Secret messageKey, Secret seed) {
        Secret output = NoiseHash.SHA256.hmac(messageKey, NONCE, seed.reveal().toByteArray());
        return Arrays.copyOf(output.reveal().toByteArray(), NoiseCipher.NONCE_LENGTH);
    }

    /// A secret for one purpose out of an input's seed.
    static Secret fromSeed(Secret seed, String purpose) {
        return NoiseHash.SHA256.hmac(seed, label("dchat/seed/1/" + purpose));
    }

    /// A key pair for one purpose out of an input's seed.
    static X25519KeyPair pairFromSeed(Secret seed, String purpose) {
        return X25519KeyPair.of(fromSeed(seed, purpose));
    }

    private static byte[] label(String text) {
        return text.getBytes(UTF_8);
    }
}
