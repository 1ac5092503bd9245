package network.dchat.validator.chain;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;

/// Finds where a commitment was ordered: in the latest blocks from memory, in older ones from the
/// index. For many threads.
public final class CommitmentFinder {
    /// Where older blocks are looked up.
    @FunctionalInterface
    public interface Index {
        /// The first position of a commitment in the blocks that are indexed. May block.
        Optional<OrderPosition> find(OrderCommitment commitment);
    }

    private static final int RECENT_COMMITMENTS = 200_000;
    private static final int RECENT_BLOCKS = 1_000;

    private final Index index;
    private final Deque<BlockCommitments> recent = new ArrayDeque<>();
    private int recentSize;

    /// A finder that falls back to an index.
    public CommitmentFinder(Index index) {
        this.index = index;
    }

    /// Takes the commitments of the next block.
    public void add(BlockCommitments block) {
        synchronized (recent) {
            recent.addLast(block);
            recentSize += block.size();
            while (recent.size() > RECENT_BLOCKS
                    || (recentSize > RECENT_COMMITMENTS && recent.size() > 1)) {
                recentSize -= recent.removeFirst().size();
            }
        }
    }

    /// The first position of a commitment; empty when it is not ordered so far.
    public Optional<OrderPosition> find(OrderCommitment commitment) {
        Optional<OrderPosition> old = hasOlder() ? index.find(commitment) : Optional.empty();
        return old.isPresent() ? old : findRecent(commitment);
    }

    /// Whether it is among the latest blocks. Costs nothing worth mentioning.
    private Optional<OrderPosition> findRecent(OrderCommitment commitment) {
        synchronized (recent) {
            Iterator<BlockCommitments> oldestFirst = recent.iterator();
            while (oldestFirst.hasNext()) {
                Optional<OrderPosition> found = oldestFirst.next().find(commitment);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
    }

    private boolean hasOlder() {
        synchronized (recent) {
            return recent.isEmpty() || recent.getFirst().height() > 1;
        }
    }
}
