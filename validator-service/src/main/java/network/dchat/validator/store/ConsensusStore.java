package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.consensus.Chain;
import network.dchat.consensus.Consensus;
import network.dchat.consensus.ConsensusSettings;
import network.dchat.consensus.Effect;
import network.dchat.consensus.Input;
import network.dchat.consensus.SignGuard;
import network.dchat.identity.Signature;
import network.dchat.ledger.ChainState;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.WalRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that consensus must find again: block file, write-ahead log, key and guard. Opened
/// anew
/// after every failure, because what is on the disk is unknown until then.
///
/// [#load] and [#persist] are called by one thread at a time; [#block] by any.
public final class ConsensusStore implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsensusStore.class);

    private final Path directory;
    private final Genesis genesis;
    private final ConsensusKey key;
    private final Habits habits;
    private final Checkpoints checkpoints;
    private final DiskHealth disk;
    private @Nullable WriteAheadLog log;
    private @Nullable GuardFile guard;
    private volatile @Nullable BlockFile blocks;

    /// What was found.
    ///
    /// @param last the last block; empty before the first
    /// @param named the state before it, which its header names; empty before the first
    public record Loaded(Consensus consensus, Optional<CommittedBlock> last,
            Optional<ChainState> named) {}

    /// How the store keeps things.
    ///
    /// @param checkpointInterval blocks from one state on the disk to the next
    /// @param damagedLog what to do with a log that is damaged elsewhere than at its end
    /// @param retainBlocks the latest blocks that are kept; 0 = all
    /// @param segmentBytes a file of blocks of this size is followed by the next
    public record Habits(int checkpointInterval, DamagedLog damagedLog, long retainBlocks,
            int segmentBytes) {}

    /// A store in a directory, not opened yet.
    public ConsensusStore(Path directory, Genesis genesis, ConsensusKey key, Habits habits) {
        this.directory = directory;
        this.genesis = genesis;
        this.key = key;
        this.habits = habits;
        this.disk = new DiskHealth(directory);
        this.checkpoints = new Checkpoints(directory.resolve("checkpoints"),
                habits.checkpointInterval());
    }

    /// Reads block file, guard and log, in this order, and makes the core of them.
    public Loaded load(ConsensusSettings settings) throws IOException {
        abandon();
        BlockFile found = BlockFile.open(directory.resolve("blocks"), habits.segmentBytes());
        blocks = found;
        Tip tip = follow(found);
        WriteAheadLog opened = WriteAheadLog.open(directory.resolve("wal"), habits.damagedLog());
        log = opened;
        SignGuard last = SignGuard.fresh(tip.chain.chainId(), key.key().publicKey());
        if (settings.key().isPresent()) {
            GuardFile file = GuardFile.open(key.guardPath());
            guard = file;
            last = file.guard();
        }
        List<WalRecord> records = opened.records();
        Consensus consensus = Consensus.recover(settings, tip.chain, last, records);
        return new Loaded(consensus, Optional.ofNullable(tip.last), Optional.ofNullable(tip.named));
    }

    /// Whether the state after the last block is one to be kept.
    public boolean isCheckpointDue(Chain chain) {
        return checkpoints.isDue(chain.height());
    }

    /// Keeps the state of a chain on the disk when one is due; for one thread at a time.
    public void checkpoint(Chain chain) throws IOException {
        if (checkpoints.isDue(chain.height())) {
            checkpoints.save(chain.height(), chain.state().toBytes());
        }
    }

    /// Drops blocks that need not be kept: older than the retained ones, below the oldest state on
    /// the disk from which a start is possible, and indexed. For one thread at a time, that of
    /// [#checkpoint].
    ///
    /// @param indexed the highest block that the index holds
    /// @return how many blocks were dropped
    public long prune(long indexed) throws IOException {
        BlockFile file = blocks;
        if (habits.retainBlocks() == 0 || file == null) {
            return 0;
        }
        long before = file.firstHeight();
        long oldest = checkpoints.heights().stream()
                .filter(height -> height >= before && height < file.height())
                .reduce((_, older) -> older).orElse(before);
        long keepFrom = Math.min(oldest,
                Math.min(file.height() - habits.retainBlocks(), indexed) + 1);
        if (file.firstAfterPruning(keepFrom) == before || checkpoints.read(oldest).isEmpty()) {
            return 0;
        }
        file.prune(keepFrom);
        LOG.info("event=blocks-pruned first={} last={}", file.firstHeight(), file.height());
        return file.firstHeight() - before;
    }

    /// Bytes of blocks on the disk.
    public long blockBytes() {
        BlockFile file = blocks;
        return file == null ? 0 : file.size();
    }

    /// The heights after which there is a state on the disk, newest first.
    public List<Long> checkpointHeights() throws IOException {
        return checkpoints.heights();
    }

    /// The state on the disk after a height; empty when it is not whole.
    public Optional<ByteString> checkpoint(long height) throws IOException {
        return checkpoints.read(height);
    }

    /// Whether the disk takes what must be kept.
    public DiskHealth disk() {
        return disk;
    }

    /// True while the files hold no block.
    public boolean isEmpty() throws IOException {
        return new FirstFiles(directory).isEmpty();
    }

    /// Lets the files begin with a state instead of the first block; before [#load].
    ///
    /// @param first the block after which the state is, and the next one
    public void begin(ChainState state, List<CommittedBlock> first) throws IOException {
        new FirstFiles(directory).write(checkpoints, state.height(), state.toBytes(), first,
                habits.segmentBytes());
    }

    /// Makes effects durable, in order, and returns what answers them. One force of the log and
    /// one of
    /// the guard serve all that come together.
    public List<Input> persist(List<Effect> effects, long nowMillis) throws IOException {
        List<WalRecord> records = new ArrayList<>();
        List<Input> answers = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.PersistWal(var more)) {
                records.addAll(more);
            }
        }
        if (!records.isEmpty()) {
            opened(log).append(records);
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.StoreBlock(var block)) {
                opened(blocks).append(block);
                answers.add(new Input.Stored(block.getBlock().getHeader().getHeight(), nowMillis));
            }
        }
        sign(effects, nowMillis, answers);
        return answers;
    }

    /// A committed block; empty when there is none of this height.
    public Optional<CommittedBlock> block(long height) throws IOException {
        BlockFile file = blocks;
        return file == null ? Optional.empty() : file.read(height);
    }

    /// The lowest height whose block is kept; 1 before the first.
    public long firstHeight() {
        BlockFile file = blocks;
        return file == null ? 1 : file.firstHeight();
    }

    @Override
    public void close() throws IOException {
        if (log != null) {
            log.close();
            log = null;
        }
        BlockFile file = blocks;
        if (file != null) {
            blocks = null;
            file.close();
        }
        closeGuard();
    }

    /// Closes all files without forcing, as a crash would.
    public void abandon() throws IOException {
        if (log != null) {
            log.abandon();
            log = null;
        }
        BlockFile file = blocks;
        if (file != null) {
            blocks = null;
            file.abandon();
        }
        closeGuard();
    }

    /// Follows the block file to its end, from the newest state on the disk that fits.
    private Tip follow(BlockFile file) throws IOException {
        Chain begin = Chain.begin(genesis);
        Chain from = begin;
        for (long height : checkpoints.heights()) {
            Optional<Chain> restored = restore(begin, file, height);
            if (restored.isPresent()) {
                from = restored.get();
                break;
            }
        }
        if (from.height() + 1 < file.firstHeight()) {
            throw new IOException("block file: begins at height " + file.firstHeight()
                    + " and no state on the disk fits (expected: one; to begin anew, move blocks"
                    + " and checkpoints away and start with --dchat.validator.sync=snapshot)");
        }
        Tip tip = new Tip(from, checkpoints);
        file.forEach(from.height() + 1, tip::add);
        LOG.info("event=blocks-followed from={} to={}", from.height(), tip.chain.height());
        if (tip.due != null) {
            checkpoint(tip.due);
        }
        return tip;
    }

    /// The chain by a state on the disk; empty when that is broken, or not the one that the next
    /// header names, or there is no next header yet.
    private Optional<Chain> restore(Chain begin, BlockFile file, long height) throws IOException {
        Optional<CommittedBlock> last = file.read(height);
        Optional<CommittedBlock> next = file.read(height + 1);
        if (last.isEmpty() || next.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<ByteString> state = checkpoints.read(height);
            if (state.isPresent()) {
                Chain chain = begin.restore(state.get(), last.get());
                ByteString named = next.get().getBlock().getHeader().getAppHash();
                if (chain.state().root().bytes().equals(named)) {
                    return Optional.of(chain);
                }
            }
            LOG.warn("event=checkpoint-unusable height={} reason=\"damaged or another state\"",
                    height);
        } catch (IllegalArgumentException unusable) {
            LOG.warn("event=checkpoint-unusable height={} reason=\"{}\"", height,
                    unusable.getMessage());
        }
        return Optional.empty();
    }

    private void closeGuard() throws IOException {
        if (guard != null) {
            guard.close();
            guard = null;
        }
    }

    private void sign(List<Effect> effects, long nowMillis, List<Input> answers)
            throws IOException {
        if (guard == null) {
            return;
        }
        SignGuard next = guard.guard();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Sign(long id, var request)) {
                switch (next.check(request)) {
                    case SignGuard.Verdict.Fresh() -> {
                        Signature signature = key.key().sign(request.signBytes());
                        next = next.signed(request, signature);
                        answers.add(new Input.Signed(id, signature, nowMillis));
                    }
                    case SignGuard.Verdict.Repeated(var signature) ->
                        answers.add(new Input.Signed(id, signature, nowMillis));
                    case SignGuard.Verdict.Refused(var reason) ->
                        answers.add(new Input.SignRefused(id, reason, nowMillis));
                }
            }
        }
        if (!next.equals(guard.guard())) {
            guard.save(next);
        }
    }

    private static <T> T opened(@Nullable T file) {
        if (file == null) {
            throw new IllegalStateException("store: closed (expected: loaded)");
        }
        return file;
    }

    /// The chain while blocks are followed.
    private static final class Tip {
        private final Checkpoints checkpoints;
        private Chain chain;
        private @Nullable Chain due;
        private @Nullable CommittedBlock last;
        private @Nullable ChainState named;

        Tip(Chain chain, Checkpoints checkpoints) {
            this.chain = chain;
            this.checkpoints = checkpoints;
        }

        void add(CommittedBlock block) {
            named = chain.state();
            chain = chain.after(block);
            last = block;
            due = checkpoints.isDue(chain.height()) ? chain : due;
        }
    }
}
