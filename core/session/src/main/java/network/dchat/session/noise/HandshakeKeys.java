package network.dchat.session.noise;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keys that one side brings into a handshake. Which are needed follows from the pattern.
///
/// @param staticKey our static key
/// @param ephemeral our ephemeral key: fresh random bytes, never used before
/// @param remoteStatic the other side's static key, where it is known beforehand
/// @param presharedKeys 32 bytes for each `psk` of the pattern, in the order of its tokens
public record HandshakeKeys(@Nullable X25519KeyPair staticKey, @Nullable X25519KeyPair ephemeral,
        @Nullable X25519PublicKey remoteStatic, List<Secret> presharedKeys) {
    /// Checks the length of each pre-shared key.
    public HandshakeKeys {
        presharedKeys = List.copyOf(presharedKeys);
        for (Secret presharedKey : presharedKeys) {
            if (presharedKey.length() != Secret.LENGTH) {
                throw new IllegalArgumentException(
                        "pre-shared key: " + presharedKey.length() + " bytes (expected: 32 bytes)");
            }
        }
    }

    /// No keys at all.
    public static HandshakeKeys none() {
        return new HandshakeKeys(null, null, null, List.of());
    }

    /// The same with our static key.
    public HandshakeKeys withStatic(X25519KeyPair key) {
        return new HandshakeKeys(key, ephemeral, remoteStatic, presharedKeys);
    }

    /// The same with our ephemeral key.
    public HandshakeKeys withEphemeral(X25519KeyPair key) {
        return new HandshakeKeys(staticKey, key, remoteStatic, presharedKeys);
    }

    /// The same with the other side's static key.
    public HandshakeKeys withRemoteStatic(X25519PublicKey key) {
        return new HandshakeKeys(staticKey, ephemeral, key, presharedKeys);
    }

    /// The same with pre-shared keys.
    public HandshakeKeys withPresharedKeys(List<Secret> keys) {
        return new HandshakeKeys(staticKey, ephemeral, remoteStatic, keys);
    }
}
