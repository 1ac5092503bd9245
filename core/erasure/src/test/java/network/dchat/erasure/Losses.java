package network.dchat.erasure;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// All ways to lose shards.
final class Losses {

    private Losses() {}

    /// Every set of `size` out of `total` indexes.
    static List<BitSet> exactly(int size, int total) {
        List<BitSet> found = new ArrayList<>();
        for (int bits = 0; bits < 1 << total; bits++) {
            if (Integer.bitCount(bits) == size) {
                found.add(BitSet.valueOf(new long[]{bits}));
            }
        }
        return found;
    }

    /// Every set of at most `size` out of `total` indexes, the empty one included.
    static List<BitSet> upTo(int size, int total) {
        List<BitSet> found = new ArrayList<>();
        for (int count = 0; count <= size; count++) {
            found.addAll(exactly(count, total));
        }
        return found;
    }
}
