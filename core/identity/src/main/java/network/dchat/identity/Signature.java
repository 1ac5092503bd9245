package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Optional;

/// An Ed25519 signature: the encoded point R and the scalar S (RFC 8032 section 5.1.6).
///
/// @param bytes the 64 bytes
public record Signature(ByteString bytes) {
    /// Length of a signature in bytes.
    public static final int LENGTH = 64;

    /// Refuses any other length.
    public Signature {
        Octets.requireLength("signature", bytes, LENGTH);
    }

    /// A signature that came from a stranger; empty when it has another length.
    public static Optional<Signature> parse(ByteString bytes) {
        return bytes.size() == LENGTH ? Optional.of(new Signature(bytes)) : Optional.empty();
    }

    @Override
    public String toString() {
        return Octets.hex(bytes);
    }
}
