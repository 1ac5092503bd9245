package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.ChainSettings;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.StateEntry;
import network.dchat.wire.v1.Supply;

/// What the chain knows after a block: accounts, ordered batches, open delivery roots, registered
/// nodes, validators and where all units are. Immutable; a later state shares what did not change.
/// May be read by many threads.
///
/// Everything that decides whether a transaction is valid lies in one [SparseMerkleTree], whose
/// root is the app hash that the next header carries.
public final class ChainState {
    /// Bytes that a transaction takes in a block besides its own.
    private static final int FRAMING_BYTES = 5;

    private final SparseMerkleTree tree;
    private final ChainSettings settings;
    private final NetworkId networkId;
    private final ValidatorSet validators;
    private final NavigableMap<PublicKey, RegisteredNode> nodes;
    private final Supply supply;
    private final long height;
    private final Hash blockHash;

    ChainState(StateEntries entries, long height, Hash blockHash) {
        this.tree = entries.tree();
        this.settings = entries.settings();
        this.networkId = new NetworkId(new Hash(settings.getNetworkId()));
        this.validators = entries.validators();
        this.nodes = Collections.unmodifiableNavigableMap(entries.nodes());
        this.supply = entries.supply();
        this.height = height;
        this.blockHash = blockHash;
    }

    private ChainState(ChainState before, StateDraft.Outcome outcome, Hash blockHash) {
        this.tree = outcome.tree();
        this.settings = before.settings;
        this.networkId = before.networkId;
        this.validators = before.validators;
        this.nodes = Collections.unmodifiableNavigableMap(outcome.nodes());
        this.supply = outcome.supply();
        this.height = before.height + 1;
        this.blockHash = blockHash;
    }

    /// The state before the first block.
    ///
    /// @throws IllegalArgumentException when the genesis breaks a rule
    public static ChainState genesis(Genesis genesis) {
        GenesisRules.require(genesis);
        GenesisIdentity identity = GenesisIdentity.of(genesis);
        List<StateEntry> entries = new ArrayList<>();
        long minted = 0;
        for (var each : genesis.getBalancesList()) {
            minted += each.getAmount();
            Account account = new Account(new WalletAddress(each.getAddress()), each.getAmount(), 0,
                    SequenceWindow.EMPTY);
            entries.add(StateEntries.decode(account.entry()));
        }
        for (GenesisNode each : genesis.getNodesList()) {
            entries.add(StateEntry.newBuilder().setNode(genesisNode(each, identity.networkId()))
                    .build());
        }
        entries.add(StateEntry.newBuilder()
                .setSupply(Supply.newBuilder().setMinted(minted).setBalances(minted)).build());
        entries.add(StateEntry.newBuilder()
                .setValidators(GenesisRules.validatorSet(genesis).toProto()).build());
        entries.add(StateEntry.newBuilder()
                .setSettings(ChainSettings.newBuilder().setNetworkId(identity.networkId().bytes())
                        .setChainId(identity.chainId()).setParameters(genesis.getParameters()))
                .build());
        return new ChainState(StateEntries.of(entries), 0, Hash.ZERO);
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

    /// Verifies and applies a block's transactions.
    ///
    /// @param height of the block: one above this state's
    /// @param blockHash hash of the block's header, the lot for seats of nodes registered before it
    /// @param transactions as the block holds them
    public BlockOutcome apply(long height, Hash blockHash, List<ByteString> transactions) {
        List<Transaction> verified = new ArrayList<>(transactions.size());
        List<Verified<Transaction>> answers = Transactions.verifyAll(networkId, transactions);
        for (int index = 0; index < answers.size(); index++) {
            switch (answers.get(index)) {
                case Verified.Accepted<Transaction>(Transaction transaction) ->
                    verified.add(transaction);
                case Verified.Rejected<Transaction>(Rejection rejection) -> {
                    return new BlockOutcome.Refused(index, rejection);
                }
            }
        }
        return applyVerified(height, blockHash, verified);
    }

    /// Applies transactions that were verified before, for this network.
    public BlockOutcome applyVerified(long height, Hash blockHash, List<Transaction> transactions) {
        if (height != this.height + 1) {
            throw new IllegalArgumentException(
                    "height: " + height + " (expected: " + (this.height + 1) + ")");
        }
        StateDraft draft = new StateDraft(this, height);
        draft.seat(pendingSeats(), blockHash);
        List<BlockOutcome.Result> results = new ArrayList<>(transactions.size());
        long bytes = 0;
        for (int index = 0; index < transactions.size(); index++) {
            Transaction transaction = transactions.get(index);
            bytes += transaction.encoded().size() + FRAMING_BYTES;
            if (bytes > maximumTransactionBytes()) {
                return new BlockOutcome.Refused(index, new Rejection(RejectionCode.TOO_LARGE,
                        "transactions: over " + maximumTransactionBytes() + " bytes"));
            }
            switch (draft.apply(transaction, index)) {
                case Verified.Accepted<BlockOutcome.Result>(BlockOutcome.Result result) ->
                    results.add(result);
                case Verified.Rejected<BlockOutcome.Result>(Rejection rejection) -> {
                    return new BlockOutcome.Refused(index, rejection);
                }
            }
        }
        return new BlockOutcome.Applied(new ChainState(this, draft.write(), blockHash), results);
    }

    /// Why the transaction could not stand in the next block; empty when it could.
    public Optional<Rejection> check(Transaction transaction) {
        return new StateDraft(this, height + 1).check(transaction);
    }

    /// The candidates that apply one after the other in the next block, in their order.
    ///
    /// @param maximumBytes of the block's transactions, at most [#maximumTransactionBytes()]
    public Selection select(List<Transaction> candidates, int maximumBytes) {
        StateDraft draft = new StateDraft(this, height + 1);
        long room = Math.min(maximumBytes, maximumTransactionBytes());
        List<Transaction> taken = new ArrayList<>();
        List<Selection.Refusal> refused = new ArrayList<>();
        for (int index = 0; index < candidates.size(); index++) {
            Transaction candidate = candidates.get(index);
            room -= candidate.encoded().size() + FRAMING_BYTES;
            if (room < 0) {
                return new Selection(taken, refused, candidates.size() - index);
            }
            Optional<Rejection> refusal = draft.apply(candidate, taken.size()).refusal();
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
        return tree.root();
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

    /// Those who vote on the next block.
    public ValidatorSet validators() {
        return validators;
    }

    /// Where all units are.
    public Supply supply() {
        return supply;
    }

    /// Someone's account, empty when the chain has not seen them.
    public Account account(WalletAddress address) {
        return tree.get(StateKeys.account(address))
                .map(value -> StateEntries.account(StateEntries.decode(value)))
                .orElseGet(() -> Account.empty(address));
    }

    /// The proof that [Account#isProvenBy] checks.
    public SparseMerkleProof proveAccount(WalletAddress address) {
        return tree.prove(StateKeys.account(address));
    }

    /// The batch that stands at this place, with the marks of what was claimed of it.
    public Optional<OrderedBatch> orderedBatch(long height, int transaction) {
        return tree.get(StateKeys.batch(height, transaction))
                .map(value -> StateEntries.decode(value).getBatch());
    }

    /// A delivery root that is not settled.
    public Optional<OpenRoot> openRoot(Hash transaction) {
        return tree.get(StateKeys.openRoot(transaction))
                .map(value -> StateEntries.decode(value).getOpenRoot());
    }

    /// A relay or storage node.
    public Optional<RegisteredNode> node(PublicKey key) {
        return Optional.ofNullable(nodes.get(key));
    }

    /// The relays or storage nodes, by key; all for `ROLE_UNSPECIFIED`.
    public List<RegisteredNode> nodes(Role role) {
        return nodes.values().stream()
                .filter(node -> role == Role.ROLE_UNSPECIFIED || node.getRole() == role).toList();
    }

    SparseMerkleTree tree() {
        return tree;
    }

    NavigableMap<PublicKey, RegisteredNode> nodeMap() {
        return nodes;
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

    private List<PublicKey> pendingSeats() {
        return nodes.entrySet().stream()
                .filter(each -> each.getValue().getRole() == Role.STORAGE
                        && each.getValue().getSeat().isEmpty())
                .map(java.util.Map.Entry::getKey).toList();
    }

    private static RegisteredNode genesisNode(GenesisNode node, NetworkId network) {
        RegisteredNode.Builder registered = RegisteredNode.newBuilder()
                .setPeerKey(node.getPeerKey()).setRole(node.getRole())
                .setOperator(node.getOperator()).setRegion(node.getRegion())
                .setCapacity(node.getCapacity());
        if (node.getRole() == Role.STORAGE) {
            PeerId peer = PeerId.of(new PublicKey(node.getPeerKey()));
            registered.setSeat(Seats.seat(peer, network.value()).bytes());
        }
        return registered.build();
    }
}
