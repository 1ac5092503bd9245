package network.dchat.session.noise;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.Optional;

/// An X25519 public key: the little-endian u coordinate (RFC 7748 section 5). Any 32 bytes are
/// one; those of small order are found out when a secret is agreed on.
///
/// @param bytes the 32 bytes
public record X25519PublicKey(ByteString bytes) {
    /// Length of a public key in bytes.
    public static final int LENGTH = 32;

    /// Refuses any other length.
    public X25519PublicKey {
        if (bytes.size() != LENGTH) {
            throw new IllegalArgumentException(
                    "X25519 public key: " + bytes.size() + " bytes (expected: 32 bytes)");
        }
    }

    /// A key that came from a stranger; empty when it has another length.
    public static Optional<X25519PublicKey> parse(ByteString bytes) {
        return bytes.size() == LENGTH ? Optional.of(new X25519PublicKey(bytes)) : Optional.empty();
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
