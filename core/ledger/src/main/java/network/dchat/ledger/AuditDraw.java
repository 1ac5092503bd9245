package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import network.dchat.identity.Hash;
import network.dchat.identity.TaggedHash;

/// Draws from hashes that nobody could know beforehand: each choice as likely as any other, and the
/// same for everyone.
///
/// The stream of a draw is H(tag, seed), then H(tag, the hash before), and so on; each hash gives
/// four numbers of 64 bits. A number that would favour some choices is skipped.
public final class AuditDraw {
    /// Leaves of a delivery root that must be shown; all of them where it has fewer.
    public static final int LEAVES = 8;

    private static final String LEAVES_TAG = "dchat/audit-draw/1";

    private final String tag;
    private Hash hash;
    private int used;

    private AuditDraw(String tag, ByteString seed) {
        this.tag = tag;
        this.hash = TaggedHash.of(tag, seed);
    }

    /// The leaves that the relay of a delivery root must show, ascending.
    ///
    /// @param rootTransaction hash of the transaction that holds the root
    /// @param blockHash hash of the block after the root's
    /// @param count leaves of the root, 1 or more
    public static List<Integer> leaves(Hash rootTransaction, Hash blockHash, int count) {
        return draw(LEAVES_TAG, rootTransaction.bytes().concat(blockHash.bytes()), count, LEAVES);
    }

    /// Up to `wanted` different numbers below `count`, ascending.
    static List<Integer> draw(String tag, ByteString seed, int count, int wanted) {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: 1 or more)");
        }
        AuditDraw draw = new AuditDraw(tag, seed);
        Map<Integer, Integer> moved = new HashMap<>();
        TreeSet<Integer> drawn = new TreeSet<>();
        for (int taken = 0; taken < Math.min(wanted, count); taken++) {
            int last = count - 1 - taken;
            int place = draw.below(last + 1);
            drawn.add(moved.getOrDefault(place, place));
            moved.put(place, moved.getOrDefault(last, last));
        }
        return List.copyOf(drawn);
    }

    /// A number below the bound. What exceeds the largest multiple of the bound is drawn again.
    private int below(int bound) {
        long number = next() >>> 1;
        long excess = (Long.MAX_VALUE % bound + 1) % bound;
        while (number > Long.MAX_VALUE - excess) {
            number = next() >>> 1;
        }
        return (int) (number % bound);
    }

    private long next() {
        if (used == Hash.LENGTH / Long.BYTES) {
            hash = TaggedHash.of(tag, hash.bytes());
            used = 0;
        }
        return hash.bytes().asReadOnlyByteBuffer().getLong(Long.BYTES * used++);
    }
}
