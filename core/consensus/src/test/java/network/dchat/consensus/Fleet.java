package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import network.dchat.identity.Ed25519;
import network.dchat.identity.Signature;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.CommitVerdict;
import network.dchat.ledger.CommitVerifier;
import network.dchat.ledger.ProposerRotation;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.ledger.ValidatorSet;
import network.dchat.simulation.Boot;
import network.dchat.simulation.FaultPlan;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Machine;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Simulation;
import network.dchat.simulation.SimulationSettings;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.Vote;

/// A simulated network of validators with everything checked that must always hold.
final class Fleet {
    /// Decides which consensus messages get through.
    @FunctionalInterface
    interface Filter {
        boolean passes(String from, String to, ConsensusMessage message);
    }

    /// Changes a consensus message on its way, as a liar with that sender's key would.
    @FunctionalInterface
    interface Rewriter {
        ConsensusMessage rewrite(String from, ConsensusMessage message);
    }

    /// How a Byzantine validator lies.
    enum Lie {
        /// A real core behind a filter that contradicts, withholds and repeats.
        FILTERED,
        /// Honest code whose consensus key is at work in another node too.
        TWIN
    }

    private static final double AMNESIA = 0.3;
    private static final int GENESIS_VALIDATORS = 4;

    private record Ballot(int validator, long height, int round, int type) {}

    private final TestChain chain;
    private final Simulation<Traffic, Input> simulation;
    private final Map<String, Lie> liars;
    private final Map<String, Chain> tips = new TreeMap<>();
    private final Map<Long, ByteString> decided = new HashMap<>();
    private final Map<Ballot, Vote> ballots = new HashMap<>();
    private final Map<String, Set<ByteString>> accused = new TreeMap<>();
    private final Map<Long, ByteString> nextValidators = new HashMap<>();
    private final boolean collectsEvidence;
    private int recorded;
    private final Set<ByteString> submitted = new HashSet<>();
    private final Map<RefusalReason, Integer> refusals = new HashMap<>();
    private final List<String> muted = new ArrayList<>();
    private final Conspiracy conspiracy = new Conspiracy();
    private Filter filter = (_, _, _) -> true;
    private Rewriter rewriter = (_, message) -> message;
    private int equivocations;

    /// A fleet of four equal validators.
    ///
    /// @param liars names of the validators that are Byzantine
    Fleet(Seed seed, SimulationSettings settings, HeightParts parts, Set<String> liars) {
        this(seed, settings, parts, liars, ValidatorMachine.Memory.WHOLE);
    }

    Fleet(Seed seed, SimulationSettings settings, HeightParts parts, Set<String> liars,
            ValidatorMachine.Memory memory) {
        this(seed, settings, parts, TestChain.ofFour(),
                liars.stream().collect(Collectors.toMap(Function.identity(), _ -> Lie.FILTERED)),
                memory);
    }

    /// A fleet of a chain's nodes.
    Fleet(Seed seed, SimulationSettings settings, HeightParts parts, TestChain chain,
            Map<String, Lie> liars, ValidatorMachine.Memory memory) {
        this.chain = chain;
        this.liars = Map.copyOf(liars);
        this.collectsEvidence = parts.limits().evidence() > 0;
        this.simulation = new Simulation<>(seed, settings);
        simulation.observe(this::observe);
        simulation.network().intercept(this::overhear);
        simulation.invariant("memory is bounded", this::requireBoundedMemory);
        Generator lies = seed.generator().split();
        for (String name : chain.names()) {
            int index = Integer.parseInt(name.substring(1));
            tips.put(name, chain.begin());
            simulation.add(name, boot -> machine(index, parts, memory, boot, lies.split()));
        }
    }

    Simulation<Traffic, Input> simulation() {
        return simulation;
    }

    ValidatorSet validators() {
        return chain.begin().validators();
    }

    /// The name of the validator at an index of the set.
    String name(int index) {
        return "v" + chain.addresses().indexOf(validators().address(index).bytes());
    }

    List<String> honest() {
        return chain.names().stream().filter(name -> !liars.containsKey(name)).toList();
    }

    /// The least height that all honest validators have decided.
    long height() {
        return honest().stream().mapToLong(this::height).min().orElseThrow();
    }

    long height(String node) {
        return tip(node).height();
    }

    /// Lets only some consensus messages through from now on.
    void filter(Filter passing) {
        filter = passing;
    }

    /// Changes messages from now on.
    void rewrite(Rewriter rewriting) {
        rewriter = rewriting;
    }

    TestChain chain() {
        return chain;
    }

    private Chain tip(String node) {
        return Objects.requireNonNull(tips.get(node), node);
    }

    /// Submits a new batch of orders to a validator.
    Transaction submit(String node, int orders) {
        return submit(node, chain.orders(orders));
    }

    /// Submits a transaction to a validator.
    Transaction submit(String node, Transaction transaction) {
        submitted.add(transaction.encoded());
        simulation.feed(node, now -> new Input.Submitted(now, List.of(transaction), now));
        return transaction;
    }

    /// Lets honest nodes join, leave and change their power again and again until a time. No
    /// validator of genesis loses power, so that a liar among them never has a third.
    void change(long everyMillis, long untilMillis) {
        simulation.after(everyMillis, () -> {
            if (simulation.elapsedNanos() / 1_000_000 < untilMillis) {
                String who = simulation.random().pick(honest());
                int index = chain.names().indexOf(who);
                boolean joins = index < GENESIS_VALIDATORS || simulation.random().chance(0.6);
                submit(simulation.random().pick(honest()),
                        joins ? chain.stake(index, 1) : chain.unstake(index, 1));
                change(everyMillis, untilMillis);
            }
        });
    }

    /// The set that votes after the last block that all honest validators have.
    ValidatorSet validatorsNow() {
        return honest().stream().map(this::tip).min(Comparator.comparingLong(Chain::height))
                .orElseThrow().validators();
    }

    /// Submits a batch again and again until a time.
    void load(long everyMillis, long untilMillis) {
        simulation.after(everyMillis, () -> {
            if (simulation.elapsedNanos() / 1_000_000 < untilMillis) {
                String node = simulation.random().pick(chain.names());
                if (simulation.isUp(node)) {
                    submit(node, 1);
                }
                load(everyMillis, untilMillis);
            }
        });
    }

    /// Five seconds of faults under load, after which three more heights must be decided.
    void weather(Seed seed) {
        load(200, 6_000);
        simulation.unleash(FaultPlan.swarm(seed.generator(), Duration.ofSeconds(5), 1));
        simulation.runFor(5_000);
        long healed = height();
        simulation.runUntil("progress after healing", 60_000, () -> height() >= healed + 3);
        if (collectsEvidence) {
            simulation.runUntil("the guilty are jailed", 60_000, this::areTheGuiltyJailed);
        }
        requireNobodyMuted();
    }

    /// Whoever was seen voting twice, by an honest validator that has not crashed since, is out of
    /// the next set of all; and no evidence is left over.
    private boolean areTheGuiltyJailed() {
        for (String name : honest()) {
            for (ByteString guilty : accused.getOrDefault(name, Set.of())) {
                ValidatorAddress address = new ValidatorAddress(guilty);
                if (!honest().stream().allMatch(
                        each -> tip(each).state().nextValidators().byAddress(address).isEmpty())) {
                    return false;
                }
            }
        }
        return true;
    }

    private void requireBoundedMemory() {
        for (String name : chain.names()) {
            if (liars.get(name) != Lie.FILTERED) {
                simulation.machine(name, ValidatorMachine.class).map(ValidatorMachine::consensus)
                        .flatMap(Consensus::excess).ifPresent(excess -> {
                            throw new AssertionError(name + " holds " + excess);
                        });
            }
        }
    }

    /// No honest validator's log failed to lead to what it has signed.
    void requireNobodyMuted() {
        require(muted.isEmpty(), "silent for want of a log: " + muted);
    }

    boolean isOrdered(Transaction transaction) {
        return honest().stream().noneMatch(name -> tip(name).state().account(transaction.sender())
                .sequences().isUsable(transaction.sequence()));
    }

    Map<RefusalReason, Integer> refusals() {
        return refusals;
    }

    int equivocations() {
        return equivocations;
    }

    /// How many heights were recorded with all their votes, over all validators.
    int recorded() {
        return recorded;
    }

    /// Whether all honest validators have a liar out of the next set.
    boolean isJailed(String liar) {
        ValidatorAddress address = new ValidatorAddress(
                chain.addresses().get(chain.names().indexOf(liar)));
        return honest().stream()
                .allMatch(each -> tip(each).state().nextValidators().byAddress(address).isEmpty());
    }

    private Machine<Traffic, Input> machine(int index, HeightParts parts,
            ValidatorMachine.Memory memory, Boot boot, Generator lies) {
        if (!liars.containsKey("v" + index)) {
            return new ValidatorMachine(chain, index, parts, memory, boot);
        }
        if (liars.get("v" + index) == Lie.TWIN) {
            return new ValidatorMachine(chain, index, parts, memory, boot);
        }
        HeightParts own = lies.chance(AMNESIA) ? forgetful(parts) : parts;
        ValidatorMachine machine = new ValidatorMachine(chain, index, own, memory, boot);
        return new Equivocator(machine, chain, conspiracy, lies);
    }

    /// The parts of a liar that ignores what it has locked.
    private static HeightParts forgetful(HeightParts parts) {
        return new HeightParts(parts.timeouts(), parts.limits(), parts.quorum(),
                () -> new RoundMachine<>() {
                    @Override
                    boolean lockAllows(Proposed<BlockId> proposed) {
                        return true;
                    }
                });
    }

    private void observe(String node, Object observation) {
        if (observation instanceof ValidatorMachine.Recovered(var blocks)) {
            accused.remove(node);
            if (!liars.containsKey(node)) {
                blocks.forEach(block -> check(node, block));
            }
            return;
        }
        switch ((Effect) observation) {
            case Effect.Decided(Decision decision) -> {
                if (!liars.containsKey(node)) {
                    check(node, decision.block());
                }
            }
            case Effect.Refused(_, RefusalReason reason) -> refusals.merge(reason, 1, Integer::sum);
            case Effect.Equivocation(var evidence) -> {
                equivocations++;
                String name = "v" + indexOf(evidence.getVoteA());
                require(liars.containsKey(name), "evidence names only the guilty: " + name);
                accused.computeIfAbsent(node, _ -> new HashSet<>())
                        .add(evidence.getVoteA().getValidatorAddress());
            }
            case Effect.RoundsRecorded(_, var votes) -> {
                require(!votes.isEmpty(), "rounds recorded: no votes");
                recorded++;
            }
            case Effect.Muted(_, String reason) -> {
                if (!liars.containsKey(node)) {
                    muted.add(node + ": " + reason);
                }
            }
            default -> {
            }
        }
    }

    /// Agreement and validity.
    private void check(String node, CommittedBlock committed) {
        long height = committed.getBlock().getHeader().getHeight();
        ByteString hash = Blocks.headerHash(committed.getBlock().getHeader()).bytes();
        ByteString other = decided.putIfAbsent(height, hash);
        require(other == null || other.equals(hash), "agreement at height " + height);
        Chain before = tip(node);
        if (height <= before.height()) {
            return;
        }
        require(height == before.height() + 1, "next height of " + node + ": " + height);
        ValidatorSet set = before.validators();
        CommitVerdict verdict = CommitVerifier.verify(before.chainId(), set, height,
                Blocks.blockId(committed.getBlock()), committed.getCommit());
        require(verdict instanceof CommitVerdict.Accepted, "certificate: " + verdict);
        requireProposer(committed, before);
        requireSet(committed, before);
        require(submitted.containsAll(committed.getBlock().getData().getTxsList()),
                "only what was submitted");
        tips.put(node, before.after(committed));
    }

    /// Evidence stands against liars only, and the set that a header names for the next height is
    /// the one that votes there.
    private void requireSet(CommittedBlock committed, Chain before) {
        Header header = committed.getBlock().getHeader();
        ByteString promised = nextValidators.get(header.getHeight() - 1);
        require(promised == null || promised.equals(header.getValidatorsHash()),
                "next validators of height " + (header.getHeight() - 1));
        require(header.getValidatorsHash().equals(before.validators().hash().bytes()),
                "validators of height " + header.getHeight());
        nextValidators.put(header.getHeight(), header.getNextValidatorsHash());
        committed.getBlock().getEvidence().getEvidenceList()
                .forEach(each -> require(
                        liars.containsKey(
                                "v" + indexOf(each.getDuplicateVoteEvidence().getVoteA())),
                        "a block accuses only the guilty"));
    }

    /// Among the honest, the proposer of round 0 is the one whose turn it is.
    private void requireProposer(CommittedBlock committed, Chain before) {
        if (!liars.isEmpty() || chain.names().size() > GENESIS_VALIDATORS
                || committed.getCommit().getRound() > 0) {
            return;
        }
        ProposerRotation rotation = ProposerRotation.begin(before.validators());
        for (long turn = 0; turn < before.height() % validators().size(); turn++) {
            rotation = rotation.advance(1);
        }
        int proposer = new Proposers(rotation).at(0);
        require(committed.getBlock().getHeader().getProposerAddress()
                .equals(before.validators().address(proposer).bytes()), "proposer of round 0");
    }

    /// One vote per (height, round, type) per honest key over its whole life.
    private List<Traffic> overhear(String from, String to, Traffic message) {
        if (!(message instanceof Traffic.Frame(var messages))) {
            return List.of(message);
        }
        if (!liars.containsKey(from)) {
            messages.stream().filter(ConsensusMessage::hasVote).map(ConsensusMessage::getVote)
                    .forEach(this::check);
        }
        return List.of(
                new Traffic.Frame(messages.stream().filter(each -> filter.passes(from, to, each))
                        .map(each -> rewriter.rewrite(from, each)).toList()));
    }

    private void check(Vote vote) {
        int validator = indexOf(vote);
        if (liars.containsKey("v" + validator)) {
            return;
        }
        require(!conspiracy.isSpoilt(vote.getBlockId()),
                "v" + validator + " votes for an invalid block");
        Ballot ballot = new Ballot(validator, vote.getHeight(), vote.getRound(),
                vote.getTypeValue());
        Vote before = ballots.putIfAbsent(ballot, vote);
        if (before != null && !before.equals(vote) && isGenuine(vote, validator)) {
            throw new AssertionError("two votes of v" + validator + " at " + ballot);
        }
    }

    private boolean isGenuine(Vote vote, int validator) {
        return Ed25519.verify(chain.consensusKey(validator).publicKey(),
                CanonicalBytes.voteSignBytes(chain.begin().chainId(), vote),
                new Signature(vote.getSignature()));
    }

    private int indexOf(Vote vote) {
        int index = chain.addresses().indexOf(vote.getValidatorAddress());
        require(index >= 0, "index of a voter");
        return index;
    }

    private static void require(boolean holds, String invariant) {
        if (!holds) {
            throw new AssertionError(invariant);
        }
    }
}
