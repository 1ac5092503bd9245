package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.AccountEntry;
import network.dchat.wire.v1.ChainSettings;
import network.dchat.wire.v1.OrderedBatch;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.StateEntry;
import network.dchat.wire.v1.StateSnapshot;
import network.dchat.wire.v1.Supply;
import org.jspecify.annotations.Nullable;

/// The entries of a whole state: built from genesis, written to a snapshot and read from one.
/// Reading counts all units again.
final class StateEntries {
    private SparseMerkleTree tree = SparseMerkleTree.EMPTY;
    private final TreeMap<PublicKey, RegisteredNode> nodes = new TreeMap<>();
    private @Nullable ChainSettings settings;
    private @Nullable ValidatorSet validators;
    private @Nullable Supply supply;
    private long balances;
    private long stakes;
    private long deposits;
    private long pool;

    private StateEntries() {}

    /// The state of these entries, in any order.
    ///
    /// @throws IllegalArgumentException when they are no whole state
    static StateEntries of(List<StateEntry> entries) {
        StateEntries result = new StateEntries();
        entries.forEach(result::add);
        result.requireWhole();
        return result;
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
            StateEntries entries = of(
                    snapshot.getEntriesList().stream().map(StateEntries::decode).toList());
            if (snapshot.getHeight() < 0) {
                throw new IllegalArgumentException(
                        "height: " + snapshot.getHeight() + " (expected: from 0)");
            }
            return new ChainState(entries, snapshot.getHeight(), new Hash(snapshot.getBlockHash()));
        } catch (InvalidProtocolBufferException malformed) {
            throw new IllegalArgumentException("snapshot: does not decode", malformed);
        }
    }

    SparseMerkleTree tree() {
        return tree;
    }

    NavigableMap<PublicKey, RegisteredNode> nodes() {
        return nodes;
    }

    ChainSettings settings() {
        return required("settings", settings);
    }

    ValidatorSet validators() {
        return required("validators", validators);
    }

    Supply supply() {
        return required("supply", supply);
    }

    private void add(StateEntry entry) {
        Hash key = switch (entry.getEntryCase()) {
            case ACCOUNT -> addAccount(account(entry));
            case BATCH -> addBatch(entry.getBatch());
            case OPEN_ROOT -> {
                deposits = Math.addExact(deposits, entry.getOpenRoot().getDeposit());
                yield StateKeys.openRoot(new Hash(entry.getOpenRoot().getTransactionHash()));
            }
            case NODE -> {
                PublicKey node = new PublicKey(entry.getNode().getPeerKey());
                nodes.put(node, entry.getNode());
                yield StateKeys.node(node);
            }
            case SUPPLY -> {
                supply = entry.getSupply();
                yield StateKeys.SUPPLY;
            }
            case VALIDATORS -> {
                validators = ValidatorSet.parse(entry.getValidators())
                        .orElseThrow(() -> new IllegalArgumentException("validators: not a set"));
                yield StateKeys.VALIDATORS;
            }
            case SETTINGS -> {
                settings = entry.getSettings();
                yield StateKeys.SETTINGS;
            }
            case ENTRY_NOT_SET -> throw new IllegalArgumentException("state entry: none");
        };
        if (tree.get(key).isPresent()) {
            throw new IllegalArgumentException("state entry: one twice (expected: each once)");
        }
        tree = tree.put(key, entry.toByteString());
    }

    private Hash addAccount(Account account) {
        balances = Math.addExact(balances, account.balance());
        stakes = Math.addExact(stakes, account.stake());
        return StateKeys.account(account.address());
    }

    private Hash addBatch(OrderedBatch batch) {
        pool = Math.addExact(pool, BatchMarks.held(batch));
        return StateKeys.batch(batch.getHeight(), batch.getTransaction());
    }

    private void requireWhole() {
        settings();
        validators();
        Supply told = supply();
        ChainState.requireConservation(told);
        if (told.getBalances() != balances || told.getStakes() != stakes
                || told.getDeposits() != deposits || told.getDeliveryPool() != pool) {
            throw new IllegalArgumentException(
                    "supply: " + told + " (expected: what the entries add up to)");
        }
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing (expected: one)");
        }
        return value;
    }
}
