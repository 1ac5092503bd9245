package network.dchat.mailbox;

import java.util.Arrays;

/// A queue of kept entries by ascending number: number, expiry and size, 20 bytes each, no bodies.
final class Sequences {
    private static final int SMALLEST = 4;

    private long[] numbers = new long[SMALLEST];
    private long[] expiries = new long[SMALLEST];
    private int[] sizes = new int[SMALLEST];
    private int head;
    private int count;
    private long bytes;

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    long number(int index) {
        return numbers[slot(index)];
    }

    int size(int index) {
        return sizes[slot(index)];
    }

    void add(long number, long expiresAtMillis, int size) {
        if (count > 0 && number <= number(count - 1)) {
            throw new IllegalStateException(
                    "entry number: " + number + " (expected: above " + number(count - 1) + ")");
        }
        if (count == numbers.length) {
            resize(count * 2);
        }
        int slot = slot(count);
        numbers[slot] = number;
        expiries[slot] = expiresAtMillis;
        sizes[slot] = size;
        count++;
        bytes += size;
    }

    /// Removes all up to a number and says how many.
    int removeThrough(long number) {
        int removed = 0;
        while (count > 0 && numbers[head] <= number) {
            bytes -= sizes[head];
            head = (head + 1) & (numbers.length - 1);
            count--;
            removed++;
        }
        shrink();
        return removed;
    }

    /// Removes what is over and says how many.
    int removeExpired(long nowMillis) {
        int kept = 0;
        long keptBytes = 0;
        for (int index = 0; index < count; index++) {
            int from = slot(index);
            if (expiries[from] > nowMillis) {
                int to = slot(kept);
                numbers[to] = numbers[from];
                expiries[to] = expiries[from];
                sizes[to] = sizes[from];
                keptBytes += sizes[from];
                kept++;
            }
        }
        int removed = count - kept;
        count = kept;
        bytes = keptBytes;
        shrink();
        return removed;
    }

    /// Removes one entry, if it is there.
    boolean remove(long number) {
        int index = firstAfter(number - 1);
        if (index == count || number(index) != number) {
            return false;
        }
        bytes -= size(index);
        for (int next = index + 1; next < count; next++) {
            int to = slot(next - 1);
            int from = slot(next);
            numbers[to] = numbers[from];
            expiries[to] = expiries[from];
            sizes[to] = sizes[from];
        }
        count--;
        return true;
    }

    /// Index of the first entry whose number is higher; the count when there is none.
    int firstAfter(long number) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (number(middle) > number) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private int slot(int index) {
        return (head + index) & (numbers.length - 1);
    }

    private void shrink() {
        if (numbers.length > SMALLEST && count <= numbers.length / 4) {
            resize(Math.max(SMALLEST, numbers.length / 2));
        }
    }

    private void resize(int length) {
        numbers = unrolled(numbers, length);
        expiries = unrolled(expiries, length);
        int[] moved = new int[length];
        for (int index = 0; index < count; index++) {
            moved[index] = sizes[slotIn(index, sizes.length)];
        }
        sizes = moved;
        head = 0;
    }

    private long[] unrolled(long[] ring, int length) {
        if (head == 0) {
            return Arrays.copyOf(ring, length);
        }
        long[] moved = new long[length];
        for (int index = 0; index < count; index++) {
            moved[index] = ring[slotIn(index, ring.length)];
        }
        return moved;
    }

    private int slotIn(int index, int length) {
        return (head + index) & (length - 1);
    }
}
