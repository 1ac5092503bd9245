package network.dchat.validator.chain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import network.dchat.consensus.Chain;
import network.dchat.ledger.ChainState;
import network.dchat.validator.store.ConsensusStore;
import network.dchat.wire.v1.CommittedBlock;

/// The chain as everyone but consensus sees it: its latest final block, all blocks before, and
/// news of each further one. For many threads.
public final class ChainView {
    private final ConsensusStore store;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Latest latest;

    /// The chain after a final block.
    ///
    /// @param block empty before the first
    /// @param named the state before that block, which its header names; empty before the first
    /// @param knownSinceMillis when this node learnt that it is final
    public record Latest(Chain chain, Optional<CommittedBlock> block, Optional<ChainState> named,
            long knownSinceMillis) {
        /// The height of the last final block; 0 before the first.
        public long height() {
            return chain.height();
        }
    }

    /// A view of a chain before its first block.
    public ChainView(ConsensusStore store, Chain begin) {
        this.store = store;
        this.latest = new Latest(begin, Optional.empty(), Optional.empty(), 0);
    }

    /// The latest final block.
    public Latest latest() {
        return latest;
    }

    /// The block of a height; empty when it is not final.
    public Optional<CommittedBlock> block(long height) throws IOException {
        return height > latest.height() ? Optional.empty() : store.block(height);
    }

    /// The lowest height whose block is kept; 1 before the first.
    public long firstHeight() {
        return store.firstHeight();
    }

    /// Tells a listener after each final block. It must not block.
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    /// No longer tells it.
    public void forget(Runnable listener) {
        listeners.remove(listener);
    }

    /// A block is final.
    public void advance(Latest next) {
        latest = next;
        listeners.forEach(Runnable::run);
    }
}
