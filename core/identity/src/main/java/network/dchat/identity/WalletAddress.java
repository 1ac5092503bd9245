package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Optional;

/// A user's address: the first 20 bytes of SHA-256 of the identity key, written `0x` and 40 hex
/// digits.
///
/// @param bytes the 20 bytes
public record WalletAddress(ByteString bytes) implements Comparable<WalletAddress> {
    /// Length of an address in bytes.
    public static final int LENGTH = 20;

    private static final String PREFIX = "0x";

    /// Refuses any other length.
    public WalletAddress {
        Octets.requireLength("wallet address", bytes, LENGTH);
    }

    /// The address of the user who owns this identity key.
    public static WalletAddress of(PublicKey identityKey) {
        return new WalletAddress(Sha256.of(identityKey.bytes()).bytes().substring(0, LENGTH));
    }

    /// An address written by us or by an operator.
    public static WalletAddress of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("wallet address: "
                + Octets.abbreviate(text) + " (expected: 0x and 40 hex digits)"));
    }

    /// An address written by a stranger, in digits of either case; empty when it is none.
    public static Optional<WalletAddress> parse(String text) {
        if (text.length() != PREFIX.length() + 2 * LENGTH || !text.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return Octets.parseHex(text.substring(PREFIX.length())).map(WalletAddress::new);
    }

    /// The binary form from a stranger; empty when it is not 20 bytes.
    public static Optional<WalletAddress> parse(ByteString bytes) {
        return bytes.size() == LENGTH ? Optional.of(new WalletAddress(bytes)) : Optional.empty();
    }

    @Override
    public int compareTo(WalletAddress other) {
        return Octets.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return PREFIX + Octets.hex(bytes);
    }
}
