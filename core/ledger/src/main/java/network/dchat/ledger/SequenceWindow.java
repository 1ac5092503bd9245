package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Optional;

/// Which sequences a sender has used: the highest one, and which of the 1,024 up to it. Immutable.
///
/// A sequence is usable once, while it is above the highest less 1,024, so that transactions that
/// take different ways may overtake each other.
public final class SequenceWindow {
    /// Nothing used so far; the first sequence is 1.
    public static final SequenceWindow EMPTY = new SequenceWindow(0, new long[0]);

    private static final int WORDS = LedgerLimits.SEQUENCE_WINDOW / Long.SIZE;

    private final long highest;
    /// Bit i of word i/64: highest - i is used. Trailing zero words are left out.
    private final long[] words;

    private SequenceWindow(long highest, long[] words) {
        this.highest = highest;
        this.words = words;
    }

    /// A window in the form of `AccountState`; empty when it is not in its only form.
    ///
    /// @param used bit i of byte i/8: highest - i is used; trailing zero bytes are left out
    public static Optional<SequenceWindow> parse(long highest, ByteString used) {
        if (highest < 0 || used.size() > LedgerLimits.SEQUENCE_WINDOW / 8) {
            return Optional.empty();
        }
        long[] words = new long[(used.size() + 7) / 8];
        for (int index = 0; index < used.size(); index++) {
            words[index / 8] |= (used.byteAt(index) & 0xffL) << (8 * (index % 8));
        }
        boolean good = used.isEmpty()
                ? highest == 0
                : highest > 0 && (words[0] & 1) == 1 && used.byteAt(used.size() - 1) != 0;
        return good ? Optional.of(new SequenceWindow(highest, words)) : Optional.empty();
    }

    /// The highest one used; 0 = none.
    public long highest() {
        return highest;
    }

    /// Whether a transaction may carry this sequence.
    public boolean isUsable(long sequence) {
        if (sequence < 1) {
            return false;
        }
        if (sequence > highest) {
            return true;
        }
        long behind = highest - sequence;
        return behind < LedgerLimits.SEQUENCE_WINDOW && !isUsed((int) behind);
    }

    /// The window after this sequence was used.
    ///
    /// @throws IllegalArgumentException when it is not usable
    public SequenceWindow use(long sequence) {
        if (!isUsable(sequence)) {
            throw new IllegalArgumentException(
                    "sequence: " + sequence + " (expected: unused, near " + highest + ")");
        }
        if (sequence > highest) {
            long[] shifted = shift(sequence - highest);
            shifted[0] |= 1;
            return new SequenceWindow(sequence, trimmed(shifted));
        }
        int behind = (int) (highest - sequence);
        long[] copy = Arrays.copyOf(words, Math.max(words.length, behind / Long.SIZE + 1));
        copy[behind / Long.SIZE] |= 1L << (behind % Long.SIZE);
        return new SequenceWindow(highest, copy);
    }

    /// The used ones in the form of `AccountState`.
    public ByteString toBytes() {
        byte[] bytes = new byte[words.length * Long.BYTES];
        int length = 0;
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) (words[index / 8] >>> (8 * (index % 8)));
            length = bytes[index] == 0 ? length : index + 1;
        }
        return ByteString.copyFrom(bytes, 0, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SequenceWindow window && highest == window.highest
                && Arrays.equals(words, window.words);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(highest) * 31 + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return "SequenceWindow[highest " + highest + "]";
    }

    private boolean isUsed(int behind) {
        int word = behind / Long.SIZE;
        return word < words.length && ((words[word] >>> (behind % Long.SIZE)) & 1) == 1;
    }

    private long[] shift(long distance) {
        long[] result = new long[WORDS];
        if (distance >= LedgerLimits.SEQUENCE_WINDOW) {
            return result;
        }
        int wordShift = (int) distance / Long.SIZE;
        int bitShift = (int) distance % Long.SIZE;
        for (int index = 0; index < words.length && index + wordShift < WORDS; index++) {
            result[index + wordShift] |= words[index] << bitShift;
            if (bitShift > 0 && index + wordShift + 1 < WORDS) {
                result[index + wordShift + 1] |= words[index] >>> (Long.SIZE - bitShift);
            }
        }
        return result;
    }

    private static long[] trimmed(long[] words) {
        int length = words.length;
        while (length > 0 && words[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(words, length);
    }
}
