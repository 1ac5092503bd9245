package network.dchat.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import network.dchat.consensus.RoundMachine.Action;
import network.dchat.consensus.RoundMachine.Proposed;
import network.dchat.consensus.RoundMachine.Verdict;
import network.dchat.identity.Ed25519;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Signature;
import network.dchat.ledger.BlockAssembler;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.PartSet;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockPart;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;
import network.dchat.wire.v1.WalBlock;
import network.dchat.wire.v1.WalRecord;
import network.dchat.wire.v1.WalTimeout;
import org.jspecify.annotations.Nullable;

/// Drives one height from its first message to its decision: feeds the round machine from votes,
/// proposals and timers, and turns what it wants into effects.
final class HeightDriver implements RoundMachine.Log<BlockId> {
    /// In the log, the step of a timeout that began the height.
    static final int STEP_START = 0;
    /// Rounds of which votes are held besides those before the current one: it, the next one, those
    /// of lock and valid value, those that proposals refer to.
    static final int MOST_OTHER_ROUNDS = 7;
    /// Blocks in use: locked, valid, decided, and proposed in three rounds.
    static final int MOST_CANDIDATES = 8;

    private final HeightContext context;
    private final SignDesk desk;
    private final Outbox out;
    private final VoteKeeper keeper;
    private final Candidates candidates;
    private final Proposers proposers;
    private final RoundMachine<BlockId> machine;
    private final NavigableMap<Integer, Proposal> proposals = new TreeMap<>();
    private final List<EvidencePool.Suspicion> suspicions = new ArrayList<>();
    private final Map<Integer, CountedVote> contradictions = new TreeMap<>();
    private int buildFor = RoundMachine.NO_ROUND;
    private Optional<Verdict<BlockId>> verdict = Optional.empty();

    HeightDriver(HeightContext context, SignDesk desk, Outbox out) {
        this.context = context;
        this.desk = desk;
        this.out = out;
        ValidatorSet set = context.validators();
        this.keeper = new VoteKeeper(
                set.validators().stream().map(validator -> validator.power()).toList(),
                context.parts().quorum().apply(set), context.parts().limits().pastRounds());
        this.candidates = new Candidates(context.rules());
        this.proposers = new Proposers(context.rotation());
        this.machine = context.parts().rounds().get();
    }

    /// Begins round 0; nothing happens when it has begun.
    void start() {
        if (!isStarted() && !isDecided()) {
            logTimeout(0, STEP_START);
            carryOut(machine.start(this));
        }
    }

    /// True when what others sent calls for round 0 to begin.
    boolean isCalledFor() {
        return proposals.containsKey(0) || keeper.holdsOneHonest();
    }

    /// Takes a vote in normal form for this height.
    Optional<RefusalReason> take(CountedVote vote) {
        ValidatorSet set = context.validators();
        if (vote.validator() >= set.size() || !vote.wire().getValidatorAddress()
                .equals(set.address(vote.validator()).bytes())) {
            return Optional.of(RefusalReason.NOT_A_VALIDATOR);
        }
        if (vote.round() > context.parts().limits().maximumRound()) {
            return Optional.of(RefusalReason.FAR_ROUND);
        }
        if (!keeper.isWanted(vote)) {
            return Optional.empty();
        }
        if (!isSigned(vote.validator(),
                CanonicalBytes.voteSignBytes(context.chainId(), vote.wire()),
                vote.wire().getSignature())) {
            return Optional.of(RefusalReason.BAD_SIGNATURE);
        }
        count(vote);
        return Optional.empty();
    }

    /// Counts a vote that is wanted and whose signature holds.
    private void count(CountedVote vote) {
        if (!isDecided()) {
            logMessage(WireForm.message(vote.wire()));
        }
        if (keeper.add(vote) instanceof VoteKeeper.Outcome.Equivocated(var first, var second)) {
            out.add(new Effect.Equivocation(evidence(first, second)));
            contradictions.putIfAbsent(second.validator(), second);
            suspicions
                    .add(new EvidencePool.Suspicion(height(), first, second, context.validators()));
        }
        advance();
    }

    /// Takes a proposal in normal form for this height.
    Optional<RefusalReason> take(Proposal proposal) {
        int round = proposal.getRound();
        if (round > currentRound() + 1) {
            return Optional.of(RefusalReason.FAR_ROUND);
        }
        if (isDecided() || round < currentRound() - 1 || isSame(proposals.get(round), proposal)) {
            return Optional.empty();
        }
        if (!isSigned(proposers.at(round),
                CanonicalBytes.proposalSignBytes(context.chainId(), proposal),
                proposal.getSignature())) {
            return Optional.of(RefusalReason.WRONG_PROPOSER);
        }
        if (proposals.containsKey(round)) {
            return Optional.of(RefusalReason.TWO_PROPOSALS);
        }
        logMessage(WireForm.message(proposal));
        proposals.put(round, proposal);
        BlockId value = proposal.getBlockId();
        candidates.expect(value);
        keeper.moveTo(currentRound(), pinnedRounds());
        keeper.track(VoteType.PREVOTE, round, value);
        keeper.track(VoteType.PRECOMMIT, round, value);
        if (proposal.getPolRound() >= 0) {
            keeper.track(VoteType.PREVOTE, proposal.getPolRound(), value);
        }
        advance();
        return Optional.empty();
    }

    /// Takes a part of a proposed block of this height.
    Optional<RefusalReason> take(BlockPart part) {
        Proposal proposal = proposals.get(part.getRound());
        if (proposal == null || isDecided()) {
            return Optional.empty();
        }
        return switch (candidates.add(proposal.getBlockId(), part.getPart())) {
            case BlockAssembler.Outcome.Added _ -> {
                logPart(part);
                yield Optional.empty();
            }
            case BlockAssembler.Outcome.Completed _ -> {
                logPart(part);
                advance();
                yield Optional.empty();
            }
            case BlockAssembler.Outcome.Broken _ -> {
                logPart(part);
                advance();
                yield Optional.of(RefusalReason.BAD_PART);
            }
            case BlockAssembler.Outcome.Known _ -> Optional.empty();
            case BlockAssembler.Outcome.Refused _ -> Optional.of(RefusalReason.BAD_PART);
        };
    }

    /// A step's timeout elapsed; a stale one does nothing.
    void timeout(Step step, int round) {
        if (!isDecided() && machine.isCurrent(step, round)) {
            logTimeout(round, step.number());
            carryOut(machine.timeout(step, round, this));
        }
    }

    /// A message that the own key signed, as was seen when the signature came: counted, and told
    /// to all.
    void takeOwn(ConsensusMessage message) {
        if (message.hasVote()) {
            out.add(new Effect.Broadcast(List.of(message)));
            WireForm.vote(message.getVote()).filter(keeper::isWanted).ifPresent(this::count);
        } else if (!isDecided()) {
            out.add(new Effect.Broadcast(withParts(message.getProposal())));
            take(message.getProposal());
        }
    }

    /// Contradicting votes that were seen since this was asked last.
    List<EvidencePool.Suspicion> takeSuspicions() {
        List<EvidencePool.Suspicion> taken = List.copyOf(suspicions);
        suspicions.clear();
        return taken;
    }

    /// Whether this height went otherwise than it should: a round failed, or somebody voted twice.
    boolean isStrange() {
        return !contradictions.isEmpty() || verdict.map(Verdict::round).orElse(currentRound()) > 0;
    }

    /// All votes that are held, and of each who voted twice the vote that shows it.
    List<Vote> record() {
        Set<Vote> votes = new LinkedHashSet<>();
        keeper.all().forEach(vote -> votes.add(vote.wire()));
        contradictions.values().forEach(vote -> votes.add(vote.wire()));
        return List.copyOf(votes);
    }

    /// The round for which a block is wanted from us; -1 when none is.
    int wantsBlock() {
        return isDecided() || buildFor != machine.round() || machine.step() != Step.PROPOSE
                ? RoundMachine.NO_ROUND
                : buildFor;
    }

    /// The block that was wanted.
    void takeBuilt(int round, Block block) {
        if (round != wantsBlock()) {
            return;
        }
        buildFor = RoundMachine.NO_ROUND;
        PartSet parts = Blocks.partSet(block);
        BlockId id = Blocks.blockId(block, parts);
        out.log(WalRecord.newBuilder().setProposedBlock(
                WalBlock.newBuilder().setHeight(height()).setRound(round).setBlock(block)));
        candidates.put(id, block, parts);
        candidates.fault(id).ifPresent(fault -> {
            throw new IllegalStateException("own block: " + fault + " (expected: valid)");
        });
        propose(round, id, RoundMachine.NO_ROUND);
    }

    /// The block and round that were decided here.
    Optional<Verdict<BlockId>> verdict() {
        return verdict;
    }

    boolean isDecided() {
        return verdict.isPresent();
    }

    boolean isStarted() {
        return machine.round() != RoundMachine.NO_ROUND;
    }

    long height() {
        return context.height();
    }

    HeightContext context() {
        return context;
    }

    /// The round at hand; 0 before the height has begun.
    int currentRound() {
        return Math.max(machine.round(), 0);
    }

    RoundMachine<BlockId> machine() {
        return machine;
    }

    VoteKeeper keeper() {
        return keeper;
    }

    Candidates candidates() {
        return candidates;
    }

    Optional<Proposal> proposalOf(int round) {
        return Optional.ofNullable(proposals.get(round));
    }

    int proposerOf(int round) {
        return proposers.at(round);
    }

    /// The commit of the decided block by all precommits known by now.
    Commit commit() {
        Verdict<BlockId> decided = verdict.orElseThrow();
        Block block = candidates.block(decided.value()).orElseThrow();
        return Commits.commit(height(), decided.round(), decided.value(), context.validators(),
                keeper.tally(VoteType.PRECOMMIT, decided.round()).orElseThrow(),
                block.getHeader().getTime());
    }

    /// Whether the own key has voted or proposed at this step or later, as far as is known here.
    boolean hasSpoken(int round, int step) {
        if (desk.hasReached(height(), round, step)) {
            return true;
        }
        boolean voted = context.own().isPresent()
                && keeper.hasVotedSince(context.own().getAsInt(), round, step);
        return voted || proposals.tailMap(round, true).keySet().stream()
                .filter(each -> each > round || step <= Step.PROPOSE.number())
                .anyMatch(this::isOwnTurn);
    }

    @Override
    public Optional<Proposed<BlockId>> proposal(int round) {
        return proposalOf(round).filter(found -> candidates.isWhole(found.getBlockId()))
                .map(found -> new Proposed<>(found.getBlockId(), found.getPolRound(),
                        candidates.isValid(found.getBlockId())));
    }

    @Override
    public boolean hasQuorum(VoteType type, int round, BlockId value) {
        return keeper.hasQuorum(type, round, Optional.of(value));
    }

    @Override
    public boolean hasQuorumForNil(VoteType type, int round) {
        return keeper.hasQuorum(type, round, Optional.empty());
    }

    @Override
    public boolean hasQuorumForAny(VoteType type, int round) {
        return keeper.hasQuorumForAny(type, round);
    }

    @Override
    public Optional<Verdict<BlockId>> decision() {
        return keeper.decisions().stream().filter(found -> candidates.isWhole(found.value()))
                .findFirst().map(found -> {
                    candidates.fault(found.value()).ifPresent(fault -> {
                        throw new IllegalStateException("decided block at height " + height() + ": "
                                + fault + " (expected: valid)");
                    });
                    return found;
                });
    }

    @Override
    public Optional<Integer> roundToSkipTo(int round) {
        return keeper.roundToSkipTo(round);
    }

    private void advance() {
        if (isStarted()) {
            carryOut(machine.advance(this));
        }
    }

    private void carryOut(List<Action<BlockId>> actions) {
        List<Action<BlockId>> next = actions;
        while (!next.isEmpty()) {
            next.forEach(this::carryOut);
            next = machine.advance(this);
        }
    }

    private void carryOut(Action<BlockId> action) {
        switch (action) {
            case Action.Enter<BlockId>(int round) -> enter(round);
            case Action.Propose<BlockId>(int round, var value, int validRound) -> {
                if (isOwnTurn(round) && !desk.isMute(height())) {
                    value.ifPresentOrElse(known -> propose(round, known, validRound),
                            () -> buildFor = round);
                }
            }
            case Action.Vote<BlockId>(VoteType type, int round, var value) ->
                vote(type, round, value);
            case Action.Schedule<BlockId>(Step step, int round) ->
                out.add(new Effect.SetTimer(new TimerId.StepTimeout(height(), round, step),
                        context.parts().timeouts().millis(step, round)));
            case Action.Decide<BlockId>(BlockId value, int round) ->
                verdict = Optional.of(new Verdict<>(value, round));
        }
    }

    private void enter(int round) {
        int oldest = round - context.parts().limits().pastRounds();
        proposals.headMap(oldest, false).clear();
        proposers.forgetBefore(oldest);
        keeper.moveTo(round, pinnedRounds());
        Set<BlockId> used = new HashSet<>();
        machine.lockedValue().ifPresent(used::add);
        machine.validValue().ifPresent(used::add);
        proposals.tailMap(round - 1, true).values().forEach(each -> used.add(each.getBlockId()));
        keeper.decisions().forEach(each -> used.add(each.value()));
        candidates.retain(used);
        out.add(new Effect.RoundEntered(height(), round));
    }

    private Set<Integer> pinnedRounds() {
        Set<Integer> pinned = new HashSet<>(List.of(machine.lockedRound(), machine.validRound()));
        proposals.tailMap(currentRound(), true).values()
                .forEach(proposal -> pinned.add(proposal.getPolRound()));
        pinned.remove(RoundMachine.NO_ROUND);
        return pinned;
    }

    private boolean isOwnTurn(int round) {
        return context.own().isPresent() && proposers.at(round) == context.own().getAsInt();
    }

    private void propose(int round, BlockId value, int validRound) {
        if (proposals.containsKey(round)) {
            return;
        }
        desk.request(Proposal.newBuilder().setType(SignedMsgType.PROPOSAL).setHeight(height())
                .setRound(round).setPolRound(validRound).setBlockId(value)
                .setTimestamp(WireForm.timestamp(out.nowMillis())).build());
    }

    private void vote(VoteType type, int round, Optional<BlockId> value) {
        if (context.own().isEmpty()) {
            return;
        }
        int own = context.own().getAsInt();
        boolean given = keeper.tally(type, round).flatMap(tally -> tally.of(own)).isPresent();
        if (given) {
            return;
        }
        Vote.Builder vote = Vote.newBuilder().setType(type.wire()).setHeight(height())
                .setRound(round).setTimestamp(voteTime(value)).setValidatorIndex(own)
                .setValidatorAddress(context.validators().address(own).bytes());
        value.ifPresent(vote::setBlockId);
        desk.request(type, vote.build());
    }

    /// Later than the block that is voted for, so that BFT time grows from block to block.
    private Timestamp voteTime(Optional<BlockId> value) {
        Timestamp block = value.flatMap(candidates::block).map(found -> found.getHeader().getTime())
                .orElse(context.lastBlockTime());
        Timestamp least = WireForm.timestamp(WireForm.millis(block) + 1);
        Timestamp now = WireForm.timestamp(out.nowMillis());
        return WireForm.compare(now, least) > 0 ? now : least;
    }

    private List<ConsensusMessage> withParts(Proposal proposal) {
        List<ConsensusMessage> messages = new ArrayList<>();
        messages.add(WireForm.message(proposal));
        BlockId value = proposal.getBlockId();
        for (int index = 0; index < value.getPartSetHeader().getTotal(); index++) {
            candidates.part(value, index).ifPresent(
                    part -> messages.add(WireForm.message(height(), proposal.getRound(), part)));
        }
        return messages;
    }

    private boolean isSigned(int validator, ByteString signBytes, ByteString signature) {
        PublicKey signer = context.validators().get(validator).key();
        return Signature.parse(signature).map(found -> Ed25519.verify(signer, signBytes, found))
                .orElse(false);
    }

    private static boolean isSame(@Nullable Proposal known, Proposal proposal) {
        return known != null && known.getBlockId().equals(proposal.getBlockId())
                && known.getPolRound() == proposal.getPolRound();
    }

    private DuplicateVoteEvidence evidence(CountedVote first, CountedVote second) {
        return Evidences.duplicateVote(first, second, context.validators(),
                context.lastBlockTime());
    }

    private void logMessage(ConsensusMessage message) {
        out.log(WalRecord.newBuilder().setMessage(message));
    }

    private void logPart(BlockPart part) {
        Part bare = Part.newBuilder().setIndex(part.getPart().getIndex())
                .setBytes(part.getPart().getBytes()).setProof(part.getPart().getProof()).build();
        logMessage(WireForm.message(height(), part.getRound(), bare));
    }

    private void logTimeout(int round, int step) {
        out.log(WalRecord.newBuilder().setTimeout(
                WalTimeout.newBuilder().setHeight(height()).setRound(round).setStep(step)));
    }
}
