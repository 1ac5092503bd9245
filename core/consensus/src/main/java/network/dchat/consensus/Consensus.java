package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.ledger.LedgerLimits;
import network.dchat.ledger.Transaction;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.HaveState;
import network.dchat.wire.v1.RoundVotes;
import network.dchat.wire.v1.SubmitResult;
import network.dchat.wire.v1.WalRecord;
import network.dchat.wire.v1.WalStart;
import org.jspecify.annotations.Nullable;

/// A validator: agrees with the others, height by height, on one chain of blocks.
///
/// | input | what may follow |
/// |---|---|
/// | Started | timers, an announcement, signatures that the log shows as wanted |
/// | Received | PersistWal, Sign, StoreBlock, Refused, Equivocation |
/// | Signed | Broadcast of the own message, StoreBlock |
/// | Stored | Decided, then the next height begins to listen |
/// | TimerElapsed | a vote for nil, a new round, a proposal, announcements, SendTo, RequestBlocks |
/// | BlocksFetched | StoreBlock for each block in turn, further RequestBlocks |
/// | Pruned | later announcements tell of it |
/// | Submitted, Shared | Answered, ShareTransactions, a proposal |
///
/// Owned by one thread. Pure: the same chain, guard, log and inputs give the same effects.
public final class Consensus {
    private static final long SHARE_AGAIN_MILLIS = 1_000;
    private static final int SHARE_AGAIN_MOST = 256;
    private static final long EVIDENCE_AGAIN_MILLIS = 5_000;

    private final HeightParts parts;
    private final ConsensusSettings settings;
    private final Outbox out = new Outbox();
    private final SignDesk desk;
    private final PeerTable peers;
    private final CatchUp catchUp;
    private final FutureMessages future;
    private final Mempool mempool;
    private final EvidencePool evidence;
    private Chain chain;
    private HeightDriver driver;
    private @Nullable HeightDriver previous;
    private @Nullable Decision storing;
    private long heightSinceMillis;
    private long sharedAgainMillis;
    private long evidenceAgainMillis;
    private boolean batchTimed;
    private int announcedRound;
    private long firstHeight = 1;
    private boolean listening = true;

    private Consensus(ConsensusSettings settings, HeightParts parts, Chain chain) {
        this.settings = settings;
        this.parts = parts;
        this.chain = chain;
        this.desk = new SignDesk(chain.chainId(), settings.key(), out);
        this.peers = new PeerTable(settings.limits().maximumPeers());
        this.catchUp = new CatchUp(peers, settings.limits().catchUp(),
                2 * settings.timeouts().announce().toMillis());
        this.future = new FutureMessages(settings.limits());
        this.mempool = new Mempool(settings.limits().mempool());
        this.evidence = new EvidencePool(settings.limits().evidence());
        this.driver = nextDriver();
    }

    /// A validator as its stores tell it.
    ///
    /// The log is replayed: nothing is sent, and what was asked for without an answer is asked
    /// for again. Where the guard has signed what the log does not lead to, the log was cut, and
    /// a lock may be forgotten: then nothing is signed until that height is decided.
    ///
    /// @param chain the chain up to the last block of the block file
    /// @param guard the sign guard of the own key; a fresh one for a node that only observes
    /// @param log the records of the write-ahead log, in order; those of decided heights are
    ///     passed over
    public static Consensus recover(ConsensusSettings settings, Chain chain, SignGuard guard,
            List<WalRecord> log) {
        return recover(settings, HeightParts.standard(settings.timeouts(), settings.limits()),
                chain, guard, log);
    }

    static Consensus recover(ConsensusSettings settings, HeightParts parts, Chain chain,
            SignGuard guard, List<WalRecord> log) {
        Consensus consensus = new Consensus(settings, parts, chain);
        consensus.replay(log);
        consensus.heed(guard);
        return consensus;
    }

    /// Takes one input and answers what is to be done, in order.
    public List<Effect> apply(Input input) {
        out.at(input.nowMillis());
        switch (input) {
            case Input.Started _ -> start();
            case Input.Received(var peer, var messages, _) ->
                messages.forEach(message -> receive(peer, message));
            case Input.PeerLost(var peer, _) -> {
                peers.forget(peer);
                catchUp.lost(peer);
                future.forget(peer);
            }
            case Input.Submitted(long id, var transactions, _) -> submit(id, transactions);
            case Input.Shared(_, var transactions, _) -> transactions.forEach(
                    transaction -> mempool.take(transaction, false, out.nowMillis(), chain::check));
            case Input.TimerElapsed(var timer, _) -> elapsed(timer);
            case Input.Signed(long id, var signature, _) ->
                desk.signed(id, signature).ifPresent(this::say);
            case Input.SignRefused(long id, var reason, _) -> desk.refused(id, reason);
            case Input.Stored(long height, _) -> stored(height);
            case Input.BlocksFetched(long id, var blocks, _) ->
                catchUp.answered(id, blocks, out.nowMillis()).ifPresent(
                        liar -> out.add(new Effect.Refused(liar, RefusalReason.BAD_BLOCK)));
            case Input.Pruned(long first, _) -> firstHeight = first;
        }
        settle();
        boolean stored = input instanceof Input.Stored;
        if (input instanceof Input.BlocksFetched || (stored && catchUp.isBusy())) {
            requestBlocks();
        }
        return out.drain();
    }

    /// Where the validator stands.
    public ConsensusStatus status() {
        return new ConsensusStatus(chain.height(), driver.currentRound(),
                driver.isStarted() ? driver.machine().step().number() : 0, credibleHeight(),
                catchUp.isBusy(),
                catchUp.isOutOfReach(driver.height(), credibleHeight(), out.nowMillis()),
                desk.isMute(driver.height()), mempool.size(), mempool.bytes(),
                Announcer.have(driver, firstHeight));
    }

    /// Who proposed and voted what in the height at hand.
    public HeightReport report() {
        return HeightReport.of(driver);
    }

    /// Evidence that waits for a block, the oldest first.
    public List<DuplicateVoteEvidence> evidence() {
        return evidence.pending();
    }

    /// The chain up to the last final block.
    public Chain chain() {
        return chain;
    }

    HeightDriver driver() {
        return driver;
    }

    /// What is held beyond its bound; empty, unless there is a fault of ours.
    Optional<String> excess() {
        ConsensusLimits limits = settings.limits();
        int rounds = driver.keeper().roundsHeld();
        if (rounds > limits.pastRounds() + HeightDriver.MOST_OTHER_ROUNDS) {
            return Optional.of("votes of " + rounds + " rounds");
        }
        if (driver.candidates().size() > HeightDriver.MOST_CANDIDATES) {
            return Optional.of(driver.candidates().size() + " candidate blocks");
        }
        if (evidence.size() > limits.evidence() || peers.all().size() > limits.maximumPeers()) {
            return Optional
                    .of(evidence.size() + " pieces of evidence, " + peers.all().size() + " peers");
        }
        return mempool.excess();
    }

    /// True when the log, as handed out so far, leads to where the validator stands.
    boolean isLogged() {
        return out.isForced();
    }

    private void replay(List<WalRecord> log) {
        out.replay(true);
        for (WalRecord record : log) {
            if (record.getMessage().hasEvidence()) {
                evidence.restore(record.getMessage().getEvidence().getDuplicateVoteEvidence(),
                        chain.state());
            } else if (WireForm.height(record) == driver.height() && !driver.isDecided()) {
                out.at(record.getAtMillis());
                replay(record);
            }
        }
        out.replay(false);
    }

    private void replay(WalRecord record) {
        switch (record.getRecordCase()) {
            case START -> heightSinceMillis = record.getAtMillis();
            case MESSAGE -> {
                desk.answered(record.getMessage(),
                        WireForm.signBytes(chain.chainId(), record.getMessage()));
                deliver(record.getMessage());
            }
            case TIMEOUT -> {
                int step = record.getTimeout().getStep();
                if (step == HeightDriver.STEP_START) {
                    driver.start();
                } else {
                    driver.timeout(Step.of(step), record.getTimeout().getRound());
                }
            }
            case PROPOSED_BLOCK -> driver.takeBuilt(record.getProposedBlock().getRound(),
                    record.getProposedBlock().getBlock());
            case END_HEIGHT, RECORD_NOT_SET -> {
            }
        }
    }

    /// Compares what the guard has signed with what the log leads to.
    private void heed(SignGuard guard) {
        if (settings.key().isEmpty()) {
            return;
        }
        if (!guard.belongsTo(chain.chainId(), settings.key().get())) {
            throw new IllegalArgumentException(
                    "sign guard: of another key or chain (expected: the own)");
        }
        long height = guard.last().getHeight();
        boolean spoken = height == driver.height()
                && driver.hasSpoken(guard.last().getRound(), guard.last().getStep());
        boolean reached = height < driver.height() || spoken;
        if (!reached) {
            desk.muteThrough(height);
            out.add(new Effect.Muted(height, "the log does not lead to what was signed"));
        }
        desk.forgetBefore(height, guard.last().getRound(), guard.last().getStep());
    }

    private void start() {
        List<Effect> recovered = out.drain();
        recovered.stream().filter(effect -> !isStale(effect)).forEach(out::add);
        desk.repeat();
        heightSinceMillis = out.nowMillis();
        beginListening();
        out.add(new Effect.SetTimer(new TimerId.Announce(), announceMillis()));
    }

    private boolean isStale(Effect effect) {
        return effect instanceof Effect.SetTimer(TimerId.StepTimeout(_, int round, var step), _)
                && (driver.isDecided() || !driver.machine().isCurrent(step, round));
    }

    private void receive(PeerId peer, ConsensusMessage message) {
        long height = WireForm.height(message);
        Optional<RefusalReason> refusal = switch (message.getMessageCase()) {
            case HAVE -> take(peer, message.getHave());
            case VOTE, PROPOSAL, BLOCK_PART -> {
                if (height == driver.height() + 1) {
                    yield future.keep(peer, message)
                            ? Optional.empty()
                            : Optional.of(RefusalReason.OVER_QUOTA);
                }
                yield height > driver.height()
                        ? Optional.of(RefusalReason.FAR_HEIGHT)
                        : deliver(message);
            }
            case EVIDENCE -> {
                int before = evidence.pending().size();
                Optional<RefusalReason> refused = evidence.take(peer, message.getEvidence(),
                        chain.state());
                if (evidence.pending().size() > before) {
                    tell(List.of(evidence.pending().getLast()));
                }
                yield refused;
            }
            case TRANSACTIONS, MESSAGE_NOT_SET -> Optional.of(RefusalReason.UNKNOWN_KIND);
        };
        refusal.ifPresent(reason -> out.add(new Effect.Refused(peer, reason)));
    }

    /// Takes a message of this height, or a late vote of the one before.
    private Optional<RefusalReason> deliver(ConsensusMessage message) {
        boolean current = WireForm.height(message) == driver.height();
        return switch (message.getMessageCase()) {
            case VOTE -> {
                Optional<CountedVote> vote = WireForm.vote(message.getVote());
                if (vote.isEmpty()) {
                    yield Optional.of(RefusalReason.MALFORMED);
                }
                HeightDriver of = current ? driver : previousAt(WireForm.height(message));
                yield of == null ? Optional.empty() : of.take(vote.get());
            }
            case PROPOSAL -> {
                var proposal = WireForm.proposal(message.getProposal());
                if (proposal.isEmpty()) {
                    yield Optional.of(RefusalReason.MALFORMED);
                }
                yield current ? driver.take(proposal.get()) : Optional.empty();
            }
            case BLOCK_PART -> current ? driver.take(message.getBlockPart()) : Optional.empty();
            case HAVE, TRANSACTIONS, EVIDENCE, MESSAGE_NOT_SET -> Optional.empty();
        };
    }

    private @Nullable HeightDriver previousAt(long height) {
        return previous != null && previous.height() == height ? previous : null;
    }

    private Optional<RefusalReason> take(PeerId peer, HaveState have) {
        int voteBytes = BitArray.bytesFor(LedgerLimits.MAXIMUM_VALIDATORS);
        int partBytes = BitArray
                .bytesFor(LedgerLimits.MAXIMUM_BLOCK_BYTES / LedgerLimits.PART_BYTES);
        boolean good = have.getHeight() >= 1 && have.getRound() >= 0
                && have.getParts().size() <= partBytes
                && have.getVotesCount() <= Announcer.MAXIMUM_ROUNDS;
        for (RoundVotes votes : have.getVotesList()) {
            good &= votes.getRound() >= 0 && votes.getPrevotes().size() <= voteBytes
                    && votes.getPrecommits().size() <= voteBytes;
        }
        if (!good) {
            return Optional.of(RefusalReason.BAD_ANNOUNCEMENT);
        }
        return peers.announced(peer, have)
                ? Optional.empty()
                : Optional.of(RefusalReason.OVER_QUOTA);
    }

    private void submit(long id, List<Transaction> transactions) {
        List<SubmitResult> results = new ArrayList<>(transactions.size());
        List<ByteString> accepted = new ArrayList<>();
        for (Transaction transaction : transactions) {
            boolean unseen = mempool.isNew(transaction);
            Optional<Rejection> rejection = mempool.take(transaction, true, out.nowMillis(),
                    chain::check);
            SubmitResult.Builder result = SubmitResult.newBuilder()
                    .setHash(transaction.hash().bytes());
            rejection.map(Mempool::toWire).ifPresent(result::setRejection);
            results.add(result.build());
            if (rejection.isEmpty() && unseen) {
                accepted.add(transaction.encoded());
            }
        }
        out.add(new Effect.Answered(id, results));
        if (!accepted.isEmpty()) {
            out.add(new Effect.ShareTransactions(accepted));
        }
    }

    private void elapsed(TimerId timer) {
        switch (timer) {
            case TimerId.StepTimeout(long height, int round, Step step) -> {
                if (height == driver.height()) {
                    driver.timeout(step, round);
                }
            }
            case TimerId.Idle(long height) -> {
                if (height == driver.height()) {
                    driver.start();
                }
            }
            case TimerId.Batch(long height) -> {
                if (height == driver.height() && !mempool.isEmpty()) {
                    driver.start();
                }
            }
            case TimerId.Announce() -> announce();
        }
    }

    private void announce() {
        out.add(new Effect.SetTimer(new TimerId.Announce(), announceMillis()));
        out.add(new Effect.Announce(Announcer.have(driver, firstHeight)));
        for (PeerTable.Peer peer : peers.all()) {
            peer.takeUnanswered().ifPresent(have -> answer(peer.id(), have));
        }
        requestBlocks();
        shareAgain();
        if (out.nowMillis() - evidenceAgainMillis >= EVIDENCE_AGAIN_MILLIS) {
            evidenceAgainMillis = out.nowMillis();
            evidence.refill();
            tell(evidence.pending());
        }
    }

    /// Tells all of evidence that waits for a block, in messages that fit a frame.
    private void tell(List<DuplicateVoteEvidence> pieces) {
        if (!pieces.isEmpty()) {
            out.add(new Effect.Broadcast(pieces.stream().limit(LedgerLimits.MAXIMUM_EVIDENCE)
                    .map(WireForm::message).toList()));
        }
    }

    /// Keeps contradicting votes. Those of a decided height are evidence: told, and proposed.
    private void suspect() {
        driver.takeSuspicions().forEach(evidence::suspect);
        List<EvidencePool.Suspicion> late = previous == null
                ? List.of()
                : previous.takeSuspicions();
        if (!late.isEmpty()) {
            late.forEach(evidence::suspect);
            tell(evidence.ripen(chain.state()));
        }
    }

    private void requestBlocks() {
        long needed = driver.height() + (storing == null ? 0 : 1);
        catchUp.due(needed, credibleHeight(), heightSinceMillis, out.nowMillis()).forEach(out::add);
    }

    private void answer(PeerId peer, HaveState have) {
        HeightDriver of = have.getHeight() == driver.height()
                ? driver
                : previousAt(have.getHeight());
        if (of != null) {
            List<ConsensusMessage> missing = Announcer.missing(of, have,
                    settings.limits().resendBytes());
            if (!missing.isEmpty()) {
                out.add(new Effect.SendTo(peer, missing));
            }
        }
    }

    private void shareAgain() {
        if (out.nowMillis() - sharedAgainMillis >= SHARE_AGAIN_MILLIS) {
            sharedAgainMillis = out.nowMillis();
            List<ByteString> late = mempool.ownSince(out.nowMillis() - SHARE_AGAIN_MILLIS,
                    SHARE_AGAIN_MOST);
            if (!late.isEmpty()) {
                out.add(new Effect.ShareTransactions(late));
            }
        }
    }

    /// Sends and counts a message that the own key signed.
    private void say(ConsensusMessage message) {
        long height = WireForm.height(message);
        HeightDriver of = height == driver.height() ? driver : previousAt(height);
        if (of != null) {
            of.takeOwn(message);
        }
    }

    /// After each input: stores what is decided, begins what is due, builds what is wanted.
    private void settle() {
        suspect();
        if (storing != null) {
            return;
        }
        if (driver.isDecided()) {
            storeDecided();
            return;
        }
        if (applyFetched()) {
            return;
        }
        if (!listening) {
            beginListening();
        }
        beginIfDue();
        int round = driver.wantsBlock();
        if (round != RoundMachine.NO_ROUND) {
            driver.takeBuilt(round, buildBlock());
        }
        if (driver.isDecided()) {
            storeDecided();
        } else if (driver.currentRound() != announcedRound) {
            announcedRound = driver.currentRound();
            out.add(new Effect.Announce(Announcer.have(driver, firstHeight)));
        }
    }

    private void beginIfDue() {
        if (driver.isStarted()) {
            return;
        }
        if (driver.isCalledFor()) {
            driver.start();
        } else if (!mempool.isEmpty() && credibleHeight() <= driver.height()) {
            long waited = out.nowMillis() - heightSinceMillis;
            long batch = settings.timeouts().batch().toMillis();
            if (waited >= batch) {
                driver.start();
            } else if (!batchTimed) {
                batchTimed = true;
                out.add(new Effect.SetTimer(new TimerId.Batch(driver.height()), batch - waited));
            }
        }
    }

    private Block buildBlock() {
        HeightDriver decidedHere = previousAt(chain.height());
        return chain.build(mempool.waiting(), evidence.pending(),
                decidedHere == null ? Optional.empty() : Optional.of(decidedHere.commit()),
                driver.context().validators().address(driver.context().own().orElseThrow()));
    }

    private void storeDecided() {
        BlockId id = driver.verdict().orElseThrow().value();
        store(chain.decide(driver.candidates().block(id).orElseThrow(), driver.commit(),
                driver.context().rules()));
    }

    private void store(Decision decision) {
        storing = decision;
        out.add(new Effect.StoreBlock(decision.block()));
    }

    /// Takes the next block that a peer was asked for; true when one is being stored.
    private boolean applyFetched() {
        Optional<CatchUp.Fetched> fetched = catchUp.take(driver.height());
        if (fetched.isEmpty()) {
            return false;
        }
        PeerId peer = fetched.get().peer();
        Optional<Decision> verified = chain.verify(fetched.get().block(),
                catchUp.commitWithin(driver.height()), driver.context().rules());
        if (verified.isEmpty()) {
            catchUp.distrust(peer, out.nowMillis());
            out.add(new Effect.Refused(peer, RefusalReason.BAD_BLOCK));
            return false;
        }
        store(verified.get());
        return true;
    }

    private void stored(long height) {
        if (storing == null || height != driver.height()) {
            throw new IllegalStateException(
                    "stored: height " + height + " (expected: one that was decided)");
        }
        Decision decision = storing;
        storing = null;
        suspect();
        if (driver.isStrange()) {
            out.add(new Effect.RoundsRecorded(height, driver.record()));
        }
        previous = driver.isDecided() ? driver : null;
        chain = decision.chain();
        mempool.decided(decision.block().getBlock().getData().getTxsList(),
                transaction -> chain.check(transaction).isEmpty());
        evidence.committed(decision.block().getBlock().getEvidence().getEvidenceList());
        desk.forgetBefore(height);
        out.forgetRecords();
        tell(evidence.ripen(chain.state()));
        out.add(new Effect.Decided(decision));
        driver = nextDriver();
        heightSinceMillis = out.nowMillis();
        batchTimed = false;
        announcedRound = 0;
        listening = false;
        if (!catchUp.holds(driver.height())) {
            beginListening();
        }
        future.take().forEach(kept -> receive(kept.peer(), kept.message()));
    }

    /// Not where the block was fetched already, so that catching up announces no height it passes.
    private void beginListening() {
        listening = true;
        out.log(WalRecord.newBuilder().setStart(WalStart.newBuilder().setHeight(driver.height())));
        evidence.pending().forEach(
                piece -> out.log(WalRecord.newBuilder().setMessage(WireForm.message(piece))));
        out.add(new Effect.SetTimer(new TimerId.Idle(driver.height()),
                settings.timeouts().idle().toMillis()));
        out.add(new Effect.Announce(Announcer.have(driver, firstHeight)));
    }

    private HeightDriver nextDriver() {
        BlockJudge.Known known = new BlockJudge.Known(mempool::find, this::isOwnCommit);
        return new HeightDriver(chain.next(settings.key(), parts, known), desk, out);
    }

    /// Whether the commit of the last block is of the very votes that were counted here.
    private boolean isOwnCommit(Commit commit) {
        HeightDriver decidedHere = previousAt(chain.height());
        return decidedHere != null && decidedHere.commit().equals(commit);
    }

    /// Fewer than a third of the validators lie.
    private long credibleHeight() {
        return peers.credibleHeight((chain.validators().size() - 1) / 3);
    }

    private long announceMillis() {
        return settings.timeouts().announce().toMillis();
    }
}
