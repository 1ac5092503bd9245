package network.dchat.gossip;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import network.dchat.identity.Hash;

/// The ids of the rumors seen lately: two generations of a bloom filter in front of an exact list.
///
/// What the filters deny is new, without a look at the list. What they claim is looked up in the
/// list, oldest id dropped first. An id is remembered for a window at least while there are no more
/// than the capacity in it.
final class SeenIds {
    private final int capacity;
    private final long windowMillis;
    private final long seed;
    private final Map<Hash, Boolean> exact = new LinkedHashMap<>();
    private BloomFilter current;
    private BloomFilter previous;
    private int currentCount;
    private long rotatedAtMillis;
    private long generation;

    SeenIds(int capacity, long windowMillis, long seed) {
        this.capacity = capacity;
        this.windowMillis = windowMillis;
        this.seed = seed;
        this.current = new BloomFilter(capacity, seed);
        this.previous = new BloomFilter(1, seed);
    }

    boolean contains(Hash id) {
        return (current.mayContain(id) || previous.mayContain(id)) && exact.containsKey(id);
    }

    void add(Hash id, long nowMillis) {
        if (generation == 0) {
            rotatedAtMillis = nowMillis;
            generation = 1;
        }
        if (currentCount >= capacity || nowMillis - rotatedAtMillis >= windowMillis) {
            rotate(nowMillis);
        }
        current.add(id);
        currentCount++;
        exact.put(id, Boolean.TRUE);
        if (exact.size() > 2 * capacity) {
            Iterator<Hash> oldest = exact.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    int size() {
        return exact.size();
    }

    private void rotate(long nowMillis) {
        previous = current;
        current = new BloomFilter(capacity, seed ^ generation);
        generation++;
        currentCount = 0;
        rotatedAtMillis = nowMillis;
    }
}
