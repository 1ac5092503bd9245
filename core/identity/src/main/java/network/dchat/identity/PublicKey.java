package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.Optional;
import java.util.Set;

/// An Ed25519 public key in its only encoding (RFC 8032 section 5.1.2).
///
/// Refused are encodings that are not canonical and the eight points of small order, under which a
/// signature can be made without any private key. Whether the rest lies on the curve is left to
/// verification: under a value that does not, no signature verifies.
///
/// @param bytes the 32 bytes
public record PublicKey(ByteString bytes) implements Comparable<PublicKey> {
    /// Length of a public key in bytes.
    public static final int LENGTH = 32;

    /// Refuses a wrong length, an encoding that is not canonical and a point of small order.
    public PublicKey {
        Octets.requireLength("public key", bytes, LENGTH);
        if (!isCanonical(bytes)) {
            throw new IllegalArgumentException(
                    "public key: " + Octets.hex(bytes) + " (expected: canonical encoding)");
        }
        if (SmallOrder.POINTS.contains(bytes)) {
            throw new IllegalArgumentException(
                    "public key: " + Octets.hex(bytes) + " (expected: a point of large order)");
        }
    }

    /// A public key written as 64 hex digits.
    public static PublicKey of(String hex) {
        return new PublicKey(Octets.ofHex("public key", hex, LENGTH));
    }

    /// A public key that came from a stranger; empty where the constructor would refuse it.
    public static Optional<PublicKey> parse(ByteString bytes) {
        boolean good = bytes.size() == LENGTH && isCanonical(bytes)
                && !SmallOrder.POINTS.contains(bytes);
        return good ? Optional.of(new PublicKey(bytes)) : Optional.empty();
    }

    /// The key as 64 lower-case hex digits.
    public String hex() {
        return Octets.hex(bytes);
    }

    @Override
    public int compareTo(PublicKey other) {
        return Octets.compare(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return hex();
    }

    /// True when y < 2^255 - 19. (The sign bit on x = 0 occurs at small order only.)
    private static boolean isCanonical(ByteString bytes) {
        if ((bytes.byteAt(LENGTH - 1) & 0x7f) != 0x7f) {
            return true;
        }
        for (int index = LENGTH - 2; index > 0; index--) {
            if (bytes.byteAt(index) != (byte) 0xff) {
                return true;
            }
        }
        return (bytes.byteAt(0) & 0xff) < 0xed;
    }

    /// The points whose order divides eight, and the two encodings of x = 0 with its sign bit set.
    private static final class SmallOrder {
        static final Set<ByteString> POINTS = Set.of(
                point("0100000000000000000000000000000000000000000000000000000000000000"),
                point("0100000000000000000000000000000000000000000000000000000000000080"),
                point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
                point("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
                point("0000000000000000000000000000000000000000000000000000000000000000"),
                point("0000000000000000000000000000000000000000000000000000000000000080"),
                point("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
                point("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
                point("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
                point("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"));

        private static ByteString point(String hex) {
            return Octets.ofHex("point", hex, LENGTH);
        }
    }
}
