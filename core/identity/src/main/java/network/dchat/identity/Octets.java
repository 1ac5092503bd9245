package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.util.HexFormat;
import java.util.Optional;

/// Byte strings: their hex form, their order and the check of a fixed length.
public final class Octets {
    private static final HexFormat HEX = HexFormat.of();

    private Octets() {}

    /// Lower-case hex of the bytes.
    public static String hex(ByteString bytes) {
        return HEX.formatHex(bytes.toByteArray());
    }

    /// The bytes that a hex text of any length stands for; empty when it is not hex.
    public static Optional<ByteString> parseHex(String hex) {
        if (hex.length() % 2 != 0 || !hex.chars().allMatch(HexFormat::isHexDigit)) {
            return Optional.empty();
        }
        return Optional.of(ByteString.copyFrom(HEX.parseHex(hex)));
    }

    /// Order of two byte strings as unsigned numbers, a prefix before what it begins.
    public static int compare(ByteString left, ByteString right) {
        return ByteString.unsignedLexicographicalComparator().compare(left, right);
    }

    static ByteString ofHex(String name, String hex, int length) {
        return parseHex(hex).filter(bytes -> bytes.size() == length)
                .orElseThrow(() -> new IllegalArgumentException(name + ": " + abbreviate(hex)
                        + " (expected: " + 2 * length + " hex digits)"));
    }

    static void requireLength(String name, ByteString bytes, int length) {
        if (bytes.size() != length) {
            throw new IllegalArgumentException(
                    name + ": " + bytes.size() + " bytes (expected: " + length + " bytes)");
        }
    }

    /// The text cut to 80 characters, so that an error message stays readable.
    static String abbreviate(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
