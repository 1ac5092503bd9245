package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.AccountEntry;
import network.dchat.wire.v1.BlockPage;
import network.dchat.wire.v1.ChainSettings;
import network.dchat.wire.v1.EpochDuty;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.OpenRoot;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.StateEntry;
import network.dchat.wire.v1.StateSnapshot;
import network.dchat.wire.v1.Supply;
import network.dchat.wire.v1.Unbonding;
import network.dchat.wire.v1.Unbondings;
import network.dchat.wire.v1.ValidatorRecord;
import network.dchat.wire.v1.ValidatorTerms;
import org.jspecify.annotations.Nullable;

/// The entries of a whole state: built from genesis, written to a snapshot and read from one.
/// Reading counts all units again, and works out what is kept beside the tree.
final class StateEntries {
    private SparseMerkleTree tree = SparseMerkleTree.EMPTY;
    private final TreeMap<PublicKey, RegisteredNode> nodes = new TreeMap<>();
    private final Map<WalletAddress, Long> stakes = new LinkedHashMap<>();
    private final List<ValidatorRecord> records = new ArrayList<>();
    private final List<BlockPage> pages = new ArrayList<>();
    private final List<OpenRoot> roots = new ArrayList<>();
    private final List<OrderedBatch> batches = new ArrayList<>();
    private final List<Unbondings> unbondings = new ArrayList<>();
    private @Nullable ChainSettings settings;
    private @Nullable ValidatorTerms terms;
    private EpochDuty epoch = EpochDuty.getDefaultInstance();
    private @Nullable Supply supply;
    private long balances;
    private long staked;
    private long deposits;
    private long pool;

    private StateEntries() {}

    /// The state before the first block.
    static ChainState genesis(Genesis genesis) {
        GenesisIdentity identity = GenesisIdentity.of(genesis);
        ChainTerms terms = new ChainTerms(genesis.getParameters());
        Map<WalletAddress, Account> accounts = new TreeMap<>();
        List<StateEntry> entries = new ArrayList<>();
        genesis.getBalancesList().forEach(each -> {
            WalletAddress address = new WalletAddress(each.getAddress());
            accounts.put(address, Account.empty(address).credit(each.getAmount()));
        });
        genesis.getValidatorsList().forEach(each -> {
            Candidate candidate = new Candidate(new PublicKey(each.getConsensusKey()),
                    new PublicKey(each.getPeerKey()), each.getPower() * terms.powerUnit(), false);
            accounts.merge(candidate.account(),
                    Account.empty(candidate.account()).lock(candidate.stake()),
                    (known, _) -> known.lock(candidate.stake()));
            entries.add(candidate.entry());
        });
        long balances = accounts.values().stream().mapToLong(Account::balance).sum();
        long stakes = accounts.values().stream().mapToLong(Account::stake).sum();
        accounts.values().forEach(each -> entries.add(each.toEntry()));
        genesis.getNodesList().forEach(each -> entries.add(
                StateEntry.newBuilder().setNode(genesisNode(each, identity.networkId())).build()));
        entries.add(StateEntry.newBuilder().setSupply(Supply.newBuilder()
                .setMinted(balances + stakes).setBalances(balances).setStakes(stakes)).build());
        entries.add(StateEntry.newBuilder()
                .setTerms(ValidatorTimeline.begin(GenesisRules.validatorSet(genesis)).toWire())
                .build());
        entries.add(StateEntry.newBuilder()
                .setSettings(ChainSettings.newBuilder().setNetworkId(identity.networkId().bytes())
                        .setChainId(identity.chainId()).setParameters(genesis.getParameters()))
                .build());
        return of(entries, 0, Hash.ZERO);
    }

    /// The state of these entries, in any order.
    ///
    /// @throws IllegalArgumentException when they are no whole state
    static ChainState of(List<StateEntry> entries, long height, Hash blockHash) {
        if (height < 0) {
            throw new IllegalArgumentException("height: " + height + " (expected: from 0)");
        }
        StateEntries result = new StateEntries();
        try {
            entries.forEach(result::add);
            result.requireWhole();
            return result.state(height, blockHash);
        } catch (IllegalStateException | ArithmeticException contradiction) {
            throw new IllegalArgumentException(
                    "entries: " + contradiction.getMessage() + " (expected: of one state)",
                    contradiction);
        }
    }

    /// An entry that the tree holds.
    ///
    /// @throws IllegalArgumentException when the bytes are none
    static StateEntry decode(ByteString value) {
        try {
            return StateEntry.parseFrom(value);
        } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalArgumentException("state entry: does not decode", malformed);
        }
    }

    /// Where the tree holds an entry.
    ///
    /// @throws IllegalArgumentException when it is malformed
    static Hash keyOf(StateEntry entry) {
        StateEntries alone = new StateEntries();
        alone.add(entry);
        return alone.tree.firstKey().orElseThrow();
    }

    static Account account(StateEntry entry) {
        AccountEntry account = entry.getAccount();
        return Account.parse(new WalletAddress(account.getAddress()), account.getState())
                .orElseThrow(() -> new IllegalArgumentException("account: "
                        + entry.getAccount().getState() + " (expected: amounts and sequences)"));
    }

    static ByteString save(ChainState state) {
        StateSnapshot.Builder snapshot = StateSnapshot.newBuilder().setHeight(state.height())
                .setBlockHash(state.blockHash().bytes());
        state.tree().forEach((key, value) -> snapshot.addEntries(value));
        return snapshot.build().toByteString();
    }

    static ChainState load(ByteString bytes) {
        try {
            StateSnapshot snapshot = StateSnapshot.parseFrom(bytes);
            return of(snapshot.getEntriesList().stream().map(StateEntries::decode).toList(),
                    snapshot.getHeight(), new Hash(snapshot.getBlockHash()));
        } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalArgumentException("snapshot: does not decode", malformed);
        }
    }

    private ChainState state(long height, Hash blockHash) {
        RecentBlocks recent = RecentBlocks.load(tree, pages);
        Optional<ValidatorSet> last = recent.validators(height);
        if (height > 0 && last.isEmpty()) {
            throw new IllegalArgumentException(
                    "recent blocks: none of height " + height + " (expected: the last one)");
        }
        ValidatorRegistry registry = registry();
        ValidatorTimeline timeline = ValidatorTimeline.load(required("terms", terms), height, last);
        for (ValidatorTimeline.Term each : List.of(timeline.current(), timeline.next())) {
            if (!each.set().validators().stream()
                    .allMatch(member -> registry.by(member.key()).isPresent())) {
                throw new IllegalArgumentException(
                        "validators: one without a record (expected: one each)");
            }
        }
        StateIndex index = new StateIndex(Collections.unmodifiableNavigableMap(nodes), registry,
                timeline, deadlines(height), epoch, required("supply", supply));
        return new ChainState(required("settings", settings), recent, index, height, blockHash);
    }

    private ValidatorRegistry registry() {
        return ValidatorRegistry.EMPTY.with(records.stream().map(each -> {
            WalletAddress owner = WalletAddress.of(new PublicKey(each.getOwner()));
            return Candidate.parse(each, stakes.getOrDefault(owner, 0L));
        }).toList());
    }

    private Deadlines deadlines(long height) {
        ChainTerms prices = new ChainTerms(required("settings", settings).getParameters());
        OrderedSet<Due> released = OrderedSet.empty();
        for (Unbondings each : unbondings) {
            for (Unbonding entry : each.getEntriesList()) {
                released = released.with(Deadlines.of(new WalletAddress(each.getAddress()), entry));
            }
        }
        OrderedSet<Due> settled = OrderedSet.empty();
        List<Hash> undrawn = new ArrayList<>();
        for (OpenRoot each : roots) {
            Optional<Due> due = Deadlines.of(each);
            if (due.isPresent()) {
                settled = settled.with(due.get());
            } else if (each.getHeight() == height) {
                undrawn.add(new Hash(each.getTransactionHash()));
            } else {
                throw new IllegalArgumentException("open root: of height " + each.getHeight()
                        + " (expected: drawn, or of height " + height + ")");
            }
        }
        OrderedSet<Due> ended = OrderedSet.empty();
        for (OrderedBatch each : batches) {
            ended = ended.with(Deadlines.of(each, prices));
        }
        undrawn.sort(null);
        return new Deadlines(released, settled, ended, undrawn);
    }

    private void add(StateEntry entry) {
        Hash key = switch (entry.getEntryCase()) {
            case ACCOUNT -> addAccount(account(entry));
            case BATCH -> addBatch(entry.getBatch());
            case OPEN_ROOT -> addRoot(entry.getOpenRoot());
            case NODE -> {
                PublicKey node = new PublicKey(entry.getNode().getPeerKey());
                nodes.put(node, entry.getNode());
                yield StateKeys.node(node);
            }
            case SUPPLY -> {
                supply = entry.getSupply();
                yield StateKeys.SUPPLY;
            }
            case SETTINGS -> {
                settings = entry.getSettings();
                yield StateKeys.SETTINGS;
            }
            case TERMS -> {
                terms = entry.getTerms();
                yield StateKeys.TERMS;
            }
            case VALIDATOR -> {
                records.add(entry.getValidator());
                yield StateKeys.validator(new PublicKey(entry.getValidator().getConsensusKey()));
            }
            case BLOCK_PAGE -> {
                pages.add(entry.getBlockPage());
                yield StateKeys.blockPage(entry.getBlockPage().getPage());
            }
            case VALIDATOR_SET -> StateKeys.validatorSet(ValidatorSet.parse(entry.getValidatorSet())
                    .orElseThrow(() -> new IllegalArgumentException("validator set: none")).hash());
            case UNBONDINGS -> addUnbondings(entry.getUnbondings());
            case EPOCH -> {
                epoch = entry.getEpoch();
                yield StateKeys.EPOCH;
            }
            case NODE_DUTY -> StateKeys.nodeDuty(new PublicKey(entry.getNodeDuty().getNode()));
            case ENTRY_NOT_SET -> throw new IllegalArgumentException("state entry: none");
        };
        if (tree.get(key).isPresent()) {
            throw new IllegalArgumentException("state entry: one twice (expected: each once)");
        }
        tree = tree.put(key, entry.toByteString());
    }

    private Hash addAccount(Account account) {
        balances = Math.addExact(balances, account.balance());
        staked = Math.addExact(staked, account.stake());
        stakes.put(account.address(), account.stake());
        return StateKeys.account(account.address());
    }

    private Hash addBatch(OrderedBatch batch) {
        pool = Math.addExact(pool, BatchMarks.held(batch));
        batches.add(batch);
        return StateKeys.batch(batch.getHeight(), batch.getTransaction());
    }

    private Hash addRoot(OpenRoot root) {
        deposits = Math.addExact(deposits, root.getDeposit());
        roots.add(root);
        return StateKeys.openRoot(new Hash(root.getTransactionHash()));
    }

    private Hash addUnbondings(Unbondings entry) {
        entry.getEntriesList().forEach(each -> staked = Math.addExact(staked, each.getAmount()));
        unbondings.add(entry);
        return StateKeys.unbondings(new WalletAddress(entry.getAddress()));
    }

    private void requireWhole() {
        Supply told = required("supply", supply);
        ChainState.requireConservation(told);
        if (told.getBalances() != balances || told.getStakes() != staked
                || told.getDeposits() != deposits || told.getDeliveryPool() != pool) {
            throw new IllegalArgumentException(
                    "supply: " + told + " (expected: what the entries add up to)");
        }
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

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing (expected: one)");
        }
        return value;
    }
}
