package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Optional;

/// A SHA-256 hash: 32 bytes, ordered as an unsigned big-endian number.
///
/// @param bytes the 32 bytes
public record Hash(ByteString bytes) implements Comparable<Hash> {
    /// Length of a hash in bytes.
    public static final int LENGTH = 32;

    /// Thirty-two zero bytes: the hash of nothing, such as the parent of a first block.
    public static final Hash ZERO = new Hash(ByteString.copyFrom(new byte[LENGTH]));

    /// Refuses any other length.
    public Hash {
        Octets.requireLength("hash", bytes, LENGTH);
    }

    /// A hash written as 64 hex digits by us or by an operator.
    public static Hash of(String hex) {
        return new Hash(Octets.ofHex("hash", hex, LENGTH));
    }

    /// A hash that came from a stranger; empty when it has another length.
    public static Optional<Hash> parse(ByteString bytes) {
        return bytes.size() == LENGTH ? Optional.of(new Hash(bytes)) : Optional.empty();
    }

    /// The hash as 64 lower-case hex digits.
    public String hex() {
        return Octets.hex(bytes);
    }

    /// The first eight hex digits, for logs.
    public String shortName() {
        return Octets.hex(bytes.substring(0, 4));
    }

    @Override
    public int compareTo(Hash other) {
        return Octets.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
