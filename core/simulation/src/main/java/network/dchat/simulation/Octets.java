package network.dchat.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;

/// An immutable string of bytes, as a simulated disk holds it.
public final class Octets {
    /// No bytes at all.
    public static final Octets EMPTY = new Octets(new byte[0]);

    private static final int SHOWN_BYTES = 16;

    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /// A copy of these bytes.
    public static Octets of(byte... bytes) {
        return new Octets(bytes.clone());
    }

    /// The UTF-8 form of a text.
    public static Octets ofText(String text) {
        return new Octets(text.getBytes(UTF_8));
    }

    /// A copy of the bytes.
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /// The bytes read as UTF-8; what is not UTF-8 becomes the replacement character.
    public String text() {
        return new String(bytes, UTF_8);
    }

    public int size() {
        return bytes.length;
    }

    /// The first `length` bytes; `length` is 0 to [#size()].
    public Octets prefix(int length) {
        if (length < 0 || length > bytes.length) {
            throw new IllegalArgumentException(
                    "length: " + length + " (expected: 0 to " + bytes.length + ")");
        }
        return new Octets(Arrays.copyOf(bytes, length));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// The length and the first bytes in hexadecimal.
    @Override
    public String toString() {
        int shown = Math.min(SHOWN_BYTES, bytes.length);
        String hex = HexFormat.of().formatHex(bytes, 0, shown);
        return bytes.length + ":" + hex + (shown < bytes.length ? "..." : "");
    }
}
