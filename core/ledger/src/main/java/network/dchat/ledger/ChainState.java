package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.ChainSettings;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.EpochDuty;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SnapshotChunk;
import network.dchat.wire.v1.Supply;
import network.dchat.wire.v1.Unbonding;

/// What the chain knows after a block: accounts, ordered batches, open delivery roots, registered
/// nodes, validators and where all units are. Immutable; a later state shares what did not change.
/// May be read by many threads.
///
/// Everything that decides whether a transaction is valid lies in one [SparseMerkleTree], whose
/// root is the app hash that the next header carries.
public final class ChainState {
    /// Bytes that a transaction takes in a block besides its own.
    private static final int FRAMING_BYTES = 5;

    private final ChainSettings settings;
    private final ChainTerms terms;
    private final NetworkId networkId;
    private final RecentBlocks recent;
    private final StateIndex index;
    private final long height;
    private final Hash blockHash;
    private final long timeMillis;

    ChainState(ChainSettings settings, RecentBlocks recent, StateIndex index, long height,
            Hash blockHash) {
        this.settings = settings;
        this.terms = new ChainTerms(settings.getParameters());
        this.networkId = new NetworkId(new Hash(settings.getNetworkId()));
        this.recent = recent;
        this.index = index;
        this.height = height;
        this.blockHash = blockHash;
        this.timeMillis = recent.time(height)
                .map(time -> time.getSeconds() * 1_000 + time.getNanos() / 1_000_000)
                .orElse(Long.MIN_VALUE);
    }

    /// The state after the next block.
    ChainState after(BlockFacts facts, RecentBlocks blocks, StateIndex changed) {
        return new ChainState(settings, blocks, changed, facts.height(), facts.hash());
    }

    /// The state before the first block.
    ///
    /// @throws IllegalArgumentException when the genesis breaks a rule
    public static ChainState genesis(Genesis genesis) {
        return StateEntries.genesis(GenesisRules.require(genesis));
    }

    /// The state that [#toBytes()] wrote.
    ///
    /// @throws IllegalArgumentException when the bytes are no whole state
    public static ChainState fromBytes(ByteString bytes) {
        return StateEntries.load(bytes);
    }

    /// The state as bytes; the same for the same state.
    public ByteString toBytes() {
        return StateEntries.save(this);
    }

    /// Verifies and applies a block.
    ///
    /// @param facts of the block: one above this state's
    /// @param transactions as the block holds them
    public BlockOutcome apply(BlockFacts facts, List<ByteString> transactions) {
        List<Transaction> verified = new ArrayList<>(transactions.size());
        List<Verified<Transaction>> answers = Transactions.verifyAll(networkId, transactions);
        for (int place = 0; place < answers.size(); place++) {
            switch (answers.get(place)) {
                case Verified.Accepted<Transaction>(Transaction transaction) ->
                    verified.add(transaction);
                case Verified.Rejected<Transaction>(Rejection rejection) -> {
                    return new BlockOutcome.Refused(place, rejection);
                }
            }
        }
        return applyVerified(facts, verified);
    }

    /// Applies a block whose transactions were verified before, for this network. Its evidence is
    /// verified here.
    public BlockOutcome applyVerified(BlockFacts facts, List<Transaction> transactions) {
        if (facts.height() != height + 1) {
            throw new IllegalArgumentException(
                    "height: " + facts.height() + " (expected: " + (height + 1) + ")");
        }
        Optional<String> fault = new EvidenceRules(this).fault(facts.evidence());
        if (fault.isPresent()) {
            return new BlockOutcome.Refused(BlockOutcome.EVIDENCE,
                    new Rejection(RejectionCode.INVALID, fault.get()));
        }
        StateDraft draft = new StateDraft(this);
        TransactionRules rules = new TransactionRules(draft);
        List<BlockOutcome.Result> results = new ArrayList<>(transactions.size());
        long bytes = 0;
        for (int place = 0; place < transactions.size(); place++) {
            Transaction transaction = transactions.get(place);
            bytes += transaction.encoded().size() + FRAMING_BYTES;
            if (bytes > maximumTransactionBytes()) {
                return new BlockOutcome.Refused(place, new Rejection(RejectionCode.TOO_LARGE,
                        "transactions: over " + maximumTransactionBytes() + " bytes"));
            }
            switch (rules.apply(transaction, place)) {
                case Verified.Accepted<BlockOutcome.Result>(BlockOutcome.Result result) ->
                    results.add(result);
                case Verified.Rejected<BlockOutcome.Result>(Rejection rejection) -> {
                    return new BlockOutcome.Refused(place, rejection);
                }
            }
        }
        new BlockEnd(draft, facts).run();
        return new BlockOutcome.Applied(draft.finish(facts), results);
    }

    /// Why the transaction could not stand in the next block; empty when it could.
    public Optional<Rejection> check(Transaction transaction) {
        return new TransactionRules(new StateDraft(this)).check(transaction);
    }

    /// The candidates that apply one after the other in the next block, in their order.
    ///
    /// @param maximumBytes of the block's transactions, at most [#maximumTransactionBytes()]
    public Selection select(List<Transaction> candidates, int maximumBytes) {
        TransactionRules rules = new TransactionRules(new StateDraft(this));
        long room = Math.min(maximumBytes, maximumTransactionBytes());
        List<Transaction> taken = new ArrayList<>();
        List<Selection.Refusal> refused = new ArrayList<>();
        for (int place = 0; place < candidates.size(); place++) {
            Transaction candidate = candidates.get(place);
            room -= candidate.encoded().size() + FRAMING_BYTES;
            if (room < 0) {
                return new Selection(taken, refused, candidates.size() - place);
            }
            Optional<Rejection> refusal = rules.apply(candidate, taken.size()).refusal();
            if (refusal.isPresent()) {
                refused.add(new Selection.Refusal(candidate, refusal.get()));
                room += candidate.encoded().size() + FRAMING_BYTES;
            } else {
                taken.add(candidate);
            }
        }
        return new Selection(taken, refused, 0);
    }

    /// Height of the last block; 0 at genesis.
    public long height() {
        return height;
    }

    /// Hash of the last block's header; zero at genesis.
    public Hash blockHash() {
        return blockHash;
    }

    /// The app hash.
    public Hash root() {
        return tree().root();
    }

    /// What every signature is bound to.
    public NetworkId networkId() {
        return networkId;
    }

    /// The name of the chain in headers and votes.
    public String chainId() {
        return settings.getChainId();
    }

    /// The chain's own limits and prices.
    public ChainParameters parameters() {
        return settings.getParameters();
    }

    /// Bytes that the transactions of one block may take.
    public int maximumTransactionBytes() {
        return (int) parameters().getMaxBlockBytes() - LedgerLimits.BLOCK_OVERHEAD_BYTES;
    }

    /// The chain's limits and prices, with the defaults where its genesis names none.
    public ChainTerms terms() {
        return terms;
    }

    /// Those who vote on the next block.
    public ValidatorSet validators() {
        return index.timeline().current().set();
    }

    /// Those who vote on the block after the next one. What a block changes counts from two heights
    /// later on.
    public ValidatorSet nextValidators() {
        return index.timeline().next().set();
    }

    /// Those who voted on the last block; before the first, those who vote on it.
    public ValidatorSet lastValidators() {
        return index.timeline().last();
    }

    /// Who is to propose the next block, at round 0.
    public ProposerRotation rotation() {
        return index.timeline().current().rotation();
    }

    /// Who is to propose the block after the next one, at round 0.
    public ProposerRotation nextRotation() {
        return index.timeline().next().rotation();
    }

    /// Who voted on a block, and who votes on the next two; empty for a block that is too old for
    /// evidence in the next one, or too far ahead.
    public Optional<ValidatorSet> validatorsAt(long height) {
        if (height == this.height + 1) {
            return Optional.of(validators());
        }
        if (height == this.height + 2) {
            return Optional.of(nextValidators());
        }
        return isRecent(height) ? recent.validators(height) : Optional.empty();
    }

    /// The time of a block; empty for one that is too old for evidence in the next one.
    public Optional<Timestamp> blockTimeAt(long height) {
        return isRecent(height) ? recent.time(height) : Optional.empty();
    }

    /// Why this evidence could not stand in the next block; empty when it could.
    public Optional<String> evidenceFault(DuplicateVoteEvidence evidence) {
        return new EvidenceRules(this).fault(evidence);
    }

    /// The evidence that may stand in the next block together, in its order: one a validator, and
    /// within the limits of a block.
    public List<DuplicateVoteEvidence> selectEvidence(List<DuplicateVoteEvidence> candidates) {
        return new EvidenceRules(this).select(candidates);
    }

    /// Who audits a storage node in the epoch at hand, by key; none before the epoch's first block.
    public List<PublicKey> storageAuditors(PublicKey node) {
        return StorageAuditors.of(this).of(node);
    }

    /// Units that someone unstaked and cannot spend so far, the oldest first.
    public List<Unbonding> unbondings(WalletAddress address) {
        return tree().get(StateKeys.unbondings(address))
                .map(value -> StateEntries.decode(value).getUnbondings().getEntriesList())
                .orElse(List.of());
    }

    /// True when a consensus key was punished, and never votes again.
    public boolean isJailed(PublicKey consensusKey) {
        return registry().by(consensusKey).filter(Candidate::jailed).isPresent();
    }

    /// Where all units are.
    public Supply supply() {
        return index.supply();
    }

    /// Someone's account, empty when the chain has not seen them.
    public Account account(WalletAddress address) {
        return tree().get(StateKeys.account(address))
                .map(value -> StateEntries.account(StateEntries.decode(value)))
                .orElseGet(() -> Account.empty(address));
    }

    /// The proof that [Account#isProvenBy] checks.
    public SparseMerkleProof proveAccount(WalletAddress address) {
        return tree().prove(StateKeys.account(address));
    }

    /// A part of the state that [StateChunks] verifies against the app hash.
    ///
    /// @param bits the state is cut into 2^bits chunks, up to [StateChunks#MAXIMUM_BITS]
    /// @param index which of them
    public SnapshotChunk chunk(int bits, int index) {
        return StateChunks.cut(tree(), bits, index);
    }

    /// The key of the node whose stake a consensus key votes with; empty for a key that was never
    /// staked for.
    public Optional<PublicKey> validatorOwner(PublicKey consensusKey) {
        return registry().by(consensusKey).map(Candidate::owner);
    }

    /// The batch that stands at this place, with the marks of what was claimed of it.
    public Optional<OrderedBatch> orderedBatch(long height, int transaction) {
        return tree().get(StateKeys.batch(height, transaction))
                .map(value -> StateEntries.decode(value).getBatch());
    }

    /// A delivery root that is not settled.
    public Optional<OpenRoot> openRoot(Hash transaction) {
        return tree().get(StateKeys.openRoot(transaction))
                .map(value -> StateEntries.decode(value).getOpenRoot());
    }

    /// A relay or storage node.
    public Optional<RegisteredNode> node(PublicKey key) {
        return Optional.ofNullable(index.nodes().get(key));
    }

    /// The relays or storage nodes, by key; all for `ROLE_UNSPECIFIED`.
    public List<RegisteredNode> nodes(Role role) {
        return index.nodes().values().stream()
                .filter(node -> role == Role.ROLE_UNSPECIFIED || node.getRole() == role).toList();
    }

    /// Time of the last block in epoch milliseconds; [Long#MIN_VALUE] at genesis.
    long timeMillis() {
        return timeMillis;
    }

    SparseMerkleTree tree() {
        return recent.tree();
    }

    RecentBlocks recent() {
        return recent;
    }

    StateIndex index() {
        return index;
    }

    ValidatorRegistry registry() {
        return index.registry();
    }

    /// What validators did in the epoch at hand.
    EpochDuty epoch() {
        return index.epoch();
    }

    ChainSettings settings() {
        return settings;
    }

    /// @throws IllegalStateException when units were made or lost
    static void requireConservation(Supply supply) {
        long found = Math.addExact(Math.addExact(supply.getBalances(), supply.getStakes()),
                Math.addExact(Math.addExact(supply.getDeposits(), supply.getDeliveryPool()),
                        supply.getBurnt()));
        if (found != supply.getMinted()) {
            throw new IllegalStateException(
                    "units: " + found + " (expected: " + supply.getMinted() + ")");
        }
    }

    private boolean isRecent(long of) {
        return of >= 1 && of <= height && height + 1 - of <= terms.evidenceBlocks();
    }
}
