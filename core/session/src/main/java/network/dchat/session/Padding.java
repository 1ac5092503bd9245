package network.dchat.session;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Padding to a few sizes, so that a length says little (ISO/IEC 7816-4: one byte 0x80, then
/// zeros).
final class Padding {
    /// Lengths of ciphertexts, in bytes.
    static final List<Integer> BUCKETS = List.of(256, 1_024, 4_096, 16_384, 65_536);

    private static final byte MARK = (byte) 0x80;

    private Padding() {}

    /// The smallest bucket that holds so many bytes; empty when none does.
    static OptionalInt bucket(int length) {
        return BUCKETS.stream().mapToInt(Integer::intValue).filter(size -> size >= length)
                .findFirst();
    }

    /// The content, the mark and zeros up to a length above the content's.
    static byte[] pad(ByteString content, int length) {
        if (content.size() >= length) {
            throw new IllegalArgumentException("content: " + content.size()
                    + " bytes (expected: less than " + length + " bytes)");
        }
        byte[] padded = Arrays.copyOf(content.toByteArray(), length);
        padded[content.size()] = MARK;
        return padded;
    }

    /// The content; empty when no mark is found.
    static Optional<ByteString> unpad(byte[] padded) {
        int last = padded.length - 1;
        while (last >= 0 && padded[last] == 0) {
            last--;
        }
        return last >= 0 && padded[last] == MARK
                ? Optional.of(ByteString.copyFrom(padded, 0, last))
                : Optional.empty();
    }
}
