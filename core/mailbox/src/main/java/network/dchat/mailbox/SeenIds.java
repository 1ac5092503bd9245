package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.Arrays;

/// The ids seen last, up to a number; the oldest goes first. Holds the first 16 bytes of each: ids
/// are hashes, so nobody finds two with the same ones. About 24 bytes an id.
final class SeenIds {
    private static final int SMALLEST = 1_024;

    private final int capacity;
    /// Secret odd factor: nobody can choose ids that fall together.
    private final long factor;
    private long[] high;
    private long[] low;
    /// Open addressing by linear probing: slot of an id plus 1, 0 where empty.
    private int[] table;
    private int oldest;
    private int count;

    SeenIds(int capacity, long seed) {
        this.capacity = capacity;
        this.factor = seed | 1;
        int length = Math.min(capacity, SMALLEST);
        this.high = new long[length];
        this.low = new long[length];
        this.table = new int[tableLength(length)];
    }

    boolean contains(ByteString id) {
        return find(word(id, 0), word(id, Long.BYTES)) >= 0;
    }

    /// Remembers an id; false when it was known.
    boolean add(ByteString id) {
        long first = word(id, 0);
        long second = word(id, Long.BYTES);
        if (find(first, second) >= 0) {
            return false;
        }
        if (count == high.length) {
            if (count == capacity) {
                removeOldest();
            } else {
                grow();
            }
        }
        int slot = (oldest + count) % high.length;
        high[slot] = first;
        low[slot] = second;
        count++;
        insert(slot);
        return true;
    }

    int size() {
        return count;
    }

    private void removeOldest() {
        int place = find(high[oldest], low[oldest]);
        oldest = (oldest + 1) % high.length;
        count--;
        closeGap(place);
    }

    private void closeGap(int place) {
        int mask = table.length - 1;
        int gap = place;
        int next = (gap + 1) & mask;
        while (table[next] != 0) {
            int home = home(high[table[next] - 1]);
            if (((next - home) & mask) >= ((next - gap) & mask)) {
                table[gap] = table[next];
                gap = next;
            }
            next = (next + 1) & mask;
        }
        table[gap] = 0;
    }

    private void grow() {
        int length = (int) Math.min(capacity, high.length * 2L);
        high = unrolled(high, length);
        low = unrolled(low, length);
        oldest = 0;
        table = new int[tableLength(length)];
        for (int slot = 0; slot < count; slot++) {
            insert(slot);
        }
    }

    private long[] unrolled(long[] ring, int length) {
        long[] moved = Arrays.copyOf(Arrays.copyOfRange(ring, oldest, ring.length), length);
        System.arraycopy(ring, 0, moved, ring.length - oldest, oldest);
        return moved;
    }

    private void insert(int slot) {
        int place = home(high[slot]);
        while (table[place] != 0) {
            place = (place + 1) & (table.length - 1);
        }
        table[place] = slot + 1;
    }

    private int find(long first, long second) {
        int place = home(first);
        while (table[place] != 0) {
            int slot = table[place] - 1;
            if (high[slot] == first && low[slot] == second) {
                return place;
            }
            place = (place + 1) & (table.length - 1);
        }
        return -1;
    }

    private int home(long first) {
        return (int) ((first * factor) >>> 32) & (table.length - 1);
    }

    private static int tableLength(int length) {
        return Integer.highestOneBit(length) << 2;
    }

    private static long word(ByteString id, int from) {
        long word = 0;
        for (int index = from; index < from + Long.BYTES; index++) {
            word = (word << 8) | (id.byteAt(index) & 0xff);
        }
        return word;
    }
}
