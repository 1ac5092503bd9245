package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.function.IntPredicate;

/// Bit arrays as they travel: bit i of byte i/8, least significant first.
final class BitArray {
    private BitArray() {}

    /// The array of the first `size` numbers, each asked for its bit.
    static ByteString of(int size, IntPredicate isSet) {
        byte[] bytes = new byte[bytesFor(size)];
        for (int index = 0; index < size; index++) {
            if (isSet.test(index)) {
                bytes[index / 8] |= (byte) (1 << index % 8);
            }
        }
        return ByteString.copyFrom(bytes);
    }

    /// A bit; those behind the end are not set.
    static boolean isSet(ByteString bits, int index) {
        return index / 8 < bits.size() && (bits.byteAt(index / 8) >> index % 8 & 1) == 1;
    }

    static int bytesFor(int size) {
        return (size + 7) / 8;
    }
}
