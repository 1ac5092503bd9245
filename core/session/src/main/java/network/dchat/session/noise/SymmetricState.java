package network.dchat.session.noise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Chaining key, transcript hash and current key of a handshake (section 5.2).
final class SymmetricState {
    private final NoiseCipher cipher;
    private final NoiseHash hash;
    private final CipherState cipherState;
    private Secret chainingKey;
    private byte[] transcript;

    /// InitializeSymmetric.
    SymmetricState(ProtocolName protocol) {
        this.cipher = protocol.cipher();
        this.hash = protocol.hash();
        this.cipherState = new CipherState(cipher);
        byte[] name = protocol.toString().getBytes(StandardCharsets.US_ASCII);
        this.transcript = name.length <= hash.length()
                ? Arrays.copyOf(name, hash.length())
                : hash.hash(name);
        this.chainingKey = Secret.owning(transcript.clone());
    }

    /// MixKey.
    void mixKey(byte[] inputKeyMaterial) {
        List<Secret> outputs = hash.hkdf(chainingKey, inputKeyMaterial, 2);
        replaceChainingKey(outputs.get(0));
        cipherState.initializeKey(truncate(outputs.get(1)));
    }

    /// MixHash.
    void mixHash(byte[] bytes) {
        transcript = hash.hash(transcript, bytes);
    }

    /// MixKeyAndHash.
    void mixKeyAndHash(byte[] inputKeyMaterial) {
        List<Secret> outputs = hash.hkdf(chainingKey, inputKeyMaterial, 3);
        replaceChainingKey(outputs.get(0));
        mixHash(outputs.get(1).array());
        outputs.get(1).destroy();
        cipherState.initializeKey(truncate(outputs.get(2)));
    }

    /// EncryptAndHash.
    byte[] encryptAndHash(byte[] plaintext) {
        byte[] ciphertext = cipherState.encryptWithAd(transcript, plaintext);
        mixHash(ciphertext);
        return ciphertext;
    }

    /// DecryptAndHash.
    byte[] decryptAndHash(byte[] ciphertext) throws NoiseException {
        byte[] plaintext = cipherState.decryptWithAd(transcript, ciphertext);
        mixHash(ciphertext);
        return plaintext;
    }

    boolean hasKey() {
        return cipherState.hasKey();
    }

    /// GetHandshakeHash.
    byte[] handshakeHash() {
        return transcript.clone();
    }

    /// Split: the key of the initiator's messages, then the key of the responder's.
    List<CipherState> split() {
        return hash.hkdf(chainingKey, new byte[0], 2).stream()
                .map(key -> new CipherState(cipher, truncate(key))).toList();
    }

    /// Secrets for another purpose than transport, bound to label and transcript. The label keeps
    /// them apart from the keys of Split, whose input is empty.
    List<Secret> export(String label, int count) {
        byte[] labelBytes = label.getBytes(StandardCharsets.UTF_8);
        byte[] input = Arrays.copyOf(labelBytes, labelBytes.length + transcript.length);
        System.arraycopy(transcript, 0, input, labelBytes.length, transcript.length);
        return hash.hkdf(chainingKey, input, count).stream().map(SymmetricState::truncate).toList();
    }

    void destroy() {
        chainingKey.destroy();
        cipherState.destroy();
    }

    private void replaceChainingKey(Secret next) {
        chainingKey.destroy();
        chainingKey = next;
    }

    private static Secret truncate(Secret output) {
        if (output.length() == Secret.LENGTH) {
            return output;
        }
        Secret truncated = Secret.owning(Arrays.copyOf(output.array(), Secret.LENGTH));
        output.destroy();
        return truncated;
    }
}
