package network.dchat.session.noise;

import java.util.Optional;

/// A Noise protocol by its name (section 8), such as `Noise_X_25519_ChaChaPoly_SHA256`.
public final class ProtocolName {
    private static final String FORM = "Noise_<pattern>_25519_<ChaChaPoly|AESGCM>_<SHA256|SHA512>";

    private final String text;
    private final HandshakePattern pattern;
    private final NoiseCipher cipher;
    private final NoiseHash hash;

    private ProtocolName(String text, HandshakePattern pattern, NoiseCipher cipher,
            NoiseHash hash) {
        this.text = text;
        this.pattern = pattern;
        this.cipher = cipher;
        this.hash = hash;
    }

    /// The protocol of this name.
    public static ProtocolName of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(
                "protocol name: " + text + " (expected: " + FORM + ")"));
    }

    /// The protocol of this name; empty when the pattern or a primitive is not known here.
    public static Optional<ProtocolName> parse(String text) {
        String[] parts = text.split("_", -1);
        if (parts.length != 5 || !parts[0].equals("Noise") || !parts[2].equals("25519")) {
            return Optional.empty();
        }
        Optional<HandshakePattern> pattern = HandshakePattern.parse(parts[1]);
        for (NoiseCipher cipher : NoiseCipher.values()) {
            for (NoiseHash hash : NoiseHash.values()) {
                if (cipher.noiseName().equals(parts[3]) && hash.noiseName().equals(parts[4])) {
                    return pattern.map(found -> new ProtocolName(text, found, cipher, hash));
                }
            }
        }
        return Optional.empty();
    }

    HandshakePattern pattern() {
        return pattern;
    }

    NoiseCipher cipher() {
        return cipher;
    }

    NoiseHash hash() {
        return hash;
    }

    @Override
    public String toString() {
        return text;
    }
}
