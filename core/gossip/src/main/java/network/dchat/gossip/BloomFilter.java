package network.dchat.gossip;

import network.dchat.identity.Hash;

/// A set of ids that may claim to hold one that it does not (one time in a hundred when full), and
/// never denies one that it holds.
///
/// An id is a hash, so its words serve as the hash functions; each is mixed with a seed, without
/// which a stranger cannot make ids that collide.
final class BloomFilter {
    private static final double FALSE_POSITIVES = 0.01;
    private static final int FUNCTIONS = 7;

    private final long[] words;
    private final long bitCount;
    private final long seed;

    BloomFilter(int capacity, long seed) {
        double ln2 = Math.log(2);
        this.bitCount = (long) Math.ceil(capacity * -Math.log(FALSE_POSITIVES) / (ln2 * ln2));
        this.words = new long[(int) ((bitCount + Long.SIZE - 1) / Long.SIZE)];
        this.seed = seed;
    }

    void add(Hash id) {
        for (int function = 0; function < FUNCTIONS; function++) {
            long bit = bit(id, function);
            words[(int) (bit >>> 6)] |= 1L << bit;
        }
    }

    boolean mayContain(Hash id) {
        for (int function = 0; function < FUNCTIONS; function++) {
            long bit = bit(id, function);
            if ((words[(int) (bit >>> 6)] & (1L << bit)) == 0) {
                return false;
            }
        }
        return true;
    }

    private long bit(Hash id, int function) {
        long word = 0;
        for (int index = 0; index < Integer.BYTES; index++) {
            word = (word << Byte.SIZE)
                    | (id.bytes().byteAt(function * Integer.BYTES + index) & 0xff);
        }
        return Long.remainderUnsigned(mix(word ^ (seed + function)), bitCount);
    }

    /// The finalizer of SplitMix64.
    private static long mix(long value) {
        long first = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        long second = (first ^ (first >>> 27)) * 0x94d049bb133111ebL;
        return second ^ (second >>> 31);
    }
}
