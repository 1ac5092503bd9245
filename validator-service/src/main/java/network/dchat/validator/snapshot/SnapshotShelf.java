package network.dchat.validator.snapshot;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import network.dchat.ledger.ChainState;
import network.dchat.ledger.StateChunks;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.store.ConsensusStore;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.SnapshotOffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest states on the own disk, each read once and then shared by all who ask for parts of
/// it. A state is offered once the next header vouches for it. For many threads; reads files.
public final class SnapshotShelf {
    /// States in memory at a time.
    static final int KEPT = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotShelf.class);

    private final ConsensusStore store;
    private final ChainView view;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Long, Optional<Held>> held = new TreeMap<>();

    /// The states of a store.
    public SnapshotShelf(ConsensusStore store, ChainView view) {
        this.store = store;
        this.view = view;
    }

    /// A state in memory.
    record Held(ChainState state, StateChunks.Cut cut) {
        SnapshotOffer offer() {
            return SnapshotOffer.newBuilder().setHeight(state.height())
                    .setBlockHash(state.blockHash().bytes()).setChunkBits(cut.bits())
                    .setEntries(cut.entries()).setBytes(cut.bytes()).build();
        }
    }

    /// The states that others may fetch, the newest first. The older ones are let go.
    List<Held> newest() throws IOException {
        lock.lock();
        try {
            long tip = view.latest().height();
            List<Long> heights = store.checkpointHeights().stream().filter(each -> each < tip)
                    .limit(KEPT).toList();
            held.keySet().retainAll(heights);
            List<Held> found = new ArrayList<>();
            for (long height : heights) {
                read(height).ifPresent(found::add);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /// The state of a height, if it is offered or was a moment ago.
    Optional<Held> find(long height) throws IOException {
        lock.lock();
        try {
            if (!held.containsKey(height)) {
                List<Held> _ = newest();
            }
            return held.getOrDefault(height, Optional.empty());
        } finally {
            lock.unlock();
        }
    }

    private Optional<Held> read(long height) throws IOException {
        Optional<Held> known = held.get(height);
        if (known != null) {
            return known;
        }
        Optional<CommittedBlock> next = view.block(height + 1);
        if (next.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<Held> read = load(height, next.get());
            held.put(height, read);
            return read;
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private Optional<Held> load(long height, CommittedBlock next) throws IOException {
        try {
            Optional<ByteString> bytes = store.checkpoint(height);
            if (bytes.isPresent()) {
                ChainState state = ChainState.fromBytes(bytes.get());
                if (state.root().bytes().equals(next.getBlock().getHeader().getAppHash())) {
                    Held loaded = new Held(state, StateChunks.cut(state));
                    LOG.info("event=snapshot-offered height={} entries={} bytes={} chunks={}",
                            height, loaded.cut.entries(), loaded.cut.bytes(),
                            1 << loaded.cut.bits());
                    return Optional.of(loaded);
                }
            }
            LOG.warn("event=snapshot-unusable height={} reason=\"damaged or another state\"",
                    height);
        } catch (IllegalArgumentException unusable) {
            LOG.warn("event=snapshot-unusable height={} reason=\"{}\"", height,
                    unusable.getMessage());
        }
        return Optional.empty();
    }
}
