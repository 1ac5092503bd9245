package network.dchat.mailbox;

import java.util.OptionalInt;

/// The lengths that a ciphertext may have: the powers of two from 512 bytes to 64 KiB, so that its
/// length says little about what was written.
public final class SizeBuckets {
    /// Shortest ciphertext in bytes.
    public static final int SMALLEST = 512;
    /// Longest ciphertext in bytes.
    public static final int LARGEST = 64 * 1024;

    private SizeBuckets() {}

    /// The bucket into which so many bytes are padded; empty when they fit into none.
    ///
    /// @param length bytes of the whole ciphertext before padding, headers and tags included
    public static OptionalInt fitting(int length) {
        if (length < 0 || length > LARGEST) {
            return OptionalInt.empty();
        }
        int ceiling = length <= SMALLEST ? SMALLEST : Integer.highestOneBit(length - 1) << 1;
        return OptionalInt.of(ceiling);
    }

    /// True for a length that a padded ciphertext can have.
    public static boolean isBucket(int length) {
        return length >= SMALLEST && length <= LARGEST && Integer.bitCount(length) == 1;
    }
}
