package network.dchat.validator;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import network.dchat.consensus.Chain;
import network.dchat.consensus.Consensus;
import network.dchat.consensus.ConsensusSettings;
import network.dchat.consensus.ConsensusStatus;
import network.dchat.consensus.Decision;
import network.dchat.consensus.Effect;
import network.dchat.consensus.HeightReport;
import network.dchat.consensus.Input;
import network.dchat.consensus.RefusalReason;
import network.dchat.consensus.TimerId;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.ledger.Transaction;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.starter.status.Crashable;
import network.dchat.validator.chain.BlockCommitments;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.chain.CommitmentFinder;
import network.dchat.validator.chain.PendingEvidence;
import network.dchat.validator.chain.ValidatorPeers;
import network.dchat.validator.exchange.FrameReceiver;
import network.dchat.validator.exchange.Frames;
import network.dchat.validator.exchange.ValidatorLinks;
import network.dchat.validator.postgres.BlockIndexer;
import network.dchat.validator.store.ConsensusStore;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.ValidatorSetProto;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The owner of the consensus core: gives it what happens, and carries out what it wants.
public final class ValidatorNode implements EffectRunner<Effect>, Crashable {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatorNode.class);

    private final ConsensusSettings settings;
    private final Parts parts;
    private final PeerConnections.World world;
    private final CoreLoop<Input, Effect> loop;
    private final AtomicBoolean checkpointing = new AtomicBoolean();
    private final AtomicLong timerNumbers = new AtomicLong();
    private final Map<TimerId, Long> timers = new ConcurrentHashMap<>();
    private final CoreReports reports = new CoreReports();
    private final BlockFetcher fetcher;
    private final Inbox inbox;
    private volatile @Nullable ValidatorLinks links;
    private volatile @Nullable ConsensusStatus status;
    private volatile boolean running;
    private boolean born;

    /// What the node works with.
    ///
    /// @param pending submissions that wait for an answer
    public record Parts(ConsensusStore store, ChainView view, Followers followers,
            PendingSubmissions pending, PeerChannels channels, ValidatorPeers validators,
            ConsensusMetrics metrics) {}

    /// Those who are told of every decided block, and who limit which may be dropped.
    public record Followers(CommitmentFinder finder, PendingEvidence evidence, BlockIndexer indexer,
            VoteRecorder recorder) {}

    /// What goes on in the height at hand.
    ///
    /// @param validators who votes on it
    public record Report(HeightReport height, ValidatorSetProto validators) {}

    /// A node that has not begun.
    public ValidatorNode(ConsensusSettings settings, NetworkId network, Parts parts,
            PeerConnections.World world) {
        this.settings = settings;
        this.parts = parts;
        this.world = world;
        this.fetcher = new BlockFetcher(parts.channels, settings.limits().catchUp());
        this.loop = new CoreLoop<>(LoopSettings.named("consensus"), this::birth, this,
                world.timers(), world.meters(), world.onFatal());
        this.inbox = new Inbox(network, loop, parts.channels, parts.metrics, world.clock(),
                () -> running);
    }

    /// Reads the stores and begins to take part, over these links.
    public void start(ValidatorLinks opened) throws IOException {
        links = opened;
        parts.followers.recorder.start();
        loop.start();
        running = true;
    }

    /// Stops in good order: what was accepted is carried out.
    public void stop() throws IOException {
        running = false;
        loop.close();
        parts.store.close();
        parts.followers.recorder.stop();
    }

    @Override
    public void crash() {
        running = false;
        loop.abandon();
        try {
            parts.store.abandon();
            parts.followers.recorder.stop();
        } catch (IOException failure) {
            LOG.warn("event=crash-hook-failed reason={}", failure.toString());
        }
    }

    /// Gives the core transactions that someone submits; false when it has no room.
    boolean submit(long id, List<Transaction> transactions) {
        return running && loop.offer(new Input.Submitted(id, transactions, now()));
    }

    /// Where consensus stands, a moment ago.
    public ConsensusStatus status() {
        ConsensusStatus known = status;
        if (known == null) {
            throw new IllegalStateException("status: none (expected: after the start)");
        }
        return known;
    }

    /// Whether the node has begun.
    public boolean isRunning() {
        return running && status != null;
    }

    /// Takes what other validators send.
    public FrameReceiver inbox() {
        return inbox;
    }

    /// The streams to the other validators.
    public int reachable() {
        ValidatorLinks opened = links;
        return opened == null ? 0 : opened.open();
    }

    /// Who proposed and voted what in the height at hand, as soon as the core has its next input.
    public CompletableFuture<Report> report() {
        return reports.ask();
    }

    /// The consensus keys of the validators to whom a stream is open, the own one included.
    public Set<ByteString> connectedKeys() {
        ValidatorLinks opened = links;
        Set<ByteString> keys = new HashSet<>();
        settings.key().ifPresent(own -> keys.add(own.bytes()));
        parts.validators.byConsensusKey(parts.view.latest().chain()).forEach((key, peer) -> {
            if (opened != null && opened.isOpen(peer)) {
                keys.add(key);
            }
        });
        return keys;
    }

    /// Called again only after a failed force. What is on the disk is then unknown, and reading it
    /// would show what may never have got there: better no node.
    private Birth<Input, Effect> birth() throws IOException {
        if (born) {
            throw new IOException("consensus store: a write or force failed (expected: none; the"
                    + " validator stops, mend the disk and start it again)");
        }
        born = true;
        ConsensusStore.Loaded loaded = parts.store.load(settings);
        Consensus core = loaded.consensus();
        status = core.status();
        timers.clear();
        parts.view
                .advance(new ChainView.Latest(core.chain(), loaded.last(), loaded.named(), now()));
        LOG.info("event=consensus-loaded height={} signs={}", core.chain().height(),
                settings.key().isPresent());
        return new Birth<>(input -> apply(core, input), List.of(new Input.Started(now())));
    }

    private List<Effect> apply(Consensus core, Input input) {
        inbox.taken(input);
        List<Effect> effects = core.apply(input);
        if (input instanceof Input.TimerElapsed || input instanceof Input.Stored) {
            status = core.status();
        }
        reports.answer(core, world.executor());
        return effects;
    }

    // What the core wants

    @Override
    public EffectOrder order(Effect effect) {
        return switch (effect) {
            case Effect.PersistWal _,Effect.StoreBlock _,Effect.Sign _ -> EffectOrder.PERSIST;
            case Effect.Unconditional _ -> EffectOrder.UNCONDITIONAL;
            case Effect.Broadcast _,Effect.Decided _ -> EffectOrder.ORDERED;
        };
    }

    @Override
    public void persist(List<Effect> effects) throws IOException {
        try {
            parts.store.persist(effects, now()).forEach(loop::answer);
        } catch (IOException failure) {
            parts.store.disk().failed(failure);
            throw failure;
        }
    }

    @Override
    public void run(Effect effect) {
        switch (effect) {
            case Effect.Broadcast(var messages) -> broadcast(messages);
            case Effect.SendTo(var peer, var messages) -> {
                ValidatorLinks opened = links;
                if (opened != null) {
                    opened.send(peer, messages);
                }
            }
            case Effect.Announce(var have) -> broadcast(List.of(ConsensusMessage.newBuilder()
                    .setHave(have.toBuilder().setBaseHeight(parts.view.firstHeight())).build()));
            case Effect.ShareTransactions(var transactions) ->
                broadcast(Frames.lists(transactions));
            case Effect.SetTimer(var timer, long delay) -> setTimer(timer, delay);
            case Effect.Decided(var decision) -> decided(decision);
            case Effect.RequestBlocks request -> fetch(request);
            case Effect.Answered(long id, var results) -> parts.pending.answered(id, results);
            case Effect.Refused(var peer, var reason) -> refused(peer, reason);
            case Effect.Equivocation(var evidence) -> {
                parts.metrics.equivocation();
                parts.followers.evidence.seen(evidence);
                LOG.warn("event=equivocation height={} round={} validator={}",
                        evidence.getVoteA().getHeight(), evidence.getVoteA().getRound(),
                        evidence.getVoteA().getValidatorIndex());
            }
            case Effect.RoundEntered(_, int round) -> parts.metrics.roundEntered(round);
            case Effect.RoundsRecorded(long height, var votes) ->
                parts.followers.recorder.record(height, votes);
            case Effect.Muted(long height, var reason) ->
                LOG.warn("event=muted through_height={} reason=\"{}\"", height, reason);
            case Effect.PersistWal _,Effect.StoreBlock _,Effect.Sign _ ->
                throw new IllegalStateException("effect: to be persisted (expected: another)");
        }
    }

    private void broadcast(List<ConsensusMessage> messages) {
        ValidatorLinks opened = links;
        if (opened != null) {
            opened.broadcast(messages);
        }
    }

    /// A timer that is set again is replaced: only its latest number counts.
    private void setTimer(TimerId timer, long delayMillis) {
        long number = timerNumbers.incrementAndGet();
        timers.put(timer, number);
        world.timers().after(Duration.ofMillis(delayMillis), () -> {
            if (timers.remove(timer, number)) {
                loop.answer(new Input.TimerElapsed(timer, now()));
            }
        });
    }

    private void decided(Decision decision) {
        parts.followers.finder.add(BlockCommitments.of(decision.block().getBlock()));
        parts.followers.evidence.decided(decision.block().getBlock(),
                decision.chain().state().terms().evidenceBlocks());
        parts.metrics.decided(decision, now());
        parts.view.advance(new ChainView.Latest(decision.chain(), Optional.of(decision.block()),
                Optional.of(parts.view.latest().chain().state()), now()));
        checkpoint(decision.chain());
    }

    /// Beside the loop, one at a time; one that comes meanwhile is left out.
    private void checkpoint(Chain chain) {
        if (!parts.store.isCheckpointDue(chain) || !checkpointing.compareAndSet(false, true)) {
            return;
        }
        try {
            world.executor().execute(() -> {
                try {
                    parts.store.checkpoint(chain);
                    parts.metrics.pruned(parts.store.prune(parts.followers.indexer.height()));
                } catch (IOException failure) {
                    parts.metrics.checkpointFailed();
                    LOG.warn("event=checkpoint-failed height={} reason={}", chain.height(),
                            failure.toString());
                } finally {
                    checkpointing.set(false);
                }
            });
        } catch (RejectedExecutionException _) {
            checkpointing.set(false);
        }
    }

    private void refused(PeerId peer, RefusalReason reason) {
        parts.metrics.refused(reason);
        switch (reason) {
            case FAR_HEIGHT, OVER_QUOTA, FAR_ROUND ->
                LOG.trace("event=refused peer={} reason={}", peer.shortName(), reason);
            case MALFORMED, NOT_A_VALIDATOR, WRONG_PROPOSER, BAD_SIGNATURE, BAD_PART,
                    BAD_ANNOUNCEMENT, TWO_PROPOSALS, BAD_BLOCK ->
                judge(peer, reason, Deed.MISBEHAVED);
            case UNKNOWN_KIND, BAD_EVIDENCE -> judge(peer, reason, Deed.REJECTED);
        }
    }

    private void judge(PeerId peer, RefusalReason reason, Deed deed) {
        LOG.debug("event=refused peer={} reason={}", peer.shortName(), reason);
        parts.channels.judge(peer, deed);
    }

    private void fetch(Effect.RequestBlocks request) {
        try {
            world.executor().execute(() -> loop
                    .answer(new Input.BlocksFetched(request.id(), fetcher.fetch(request), now())));
        } catch (RejectedExecutionException _) {
            loop.answer(new Input.BlocksFetched(request.id(), List.of(), now()));
        }
    }

    private long now() {
        return world.clock().millis();
    }
}
