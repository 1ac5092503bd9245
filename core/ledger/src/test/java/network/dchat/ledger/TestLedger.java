package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.RejectionCode;

/// A ledger that a test drives block by block. Who takes part is named; keys follow from names.
final class TestLedger {
    private final Map<String, SigningKey> keys = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<Place, List<ByteString>> commitments = new HashMap<>();
    private final List<Transaction> waiting = new ArrayList<>();
    private final List<Transaction> included = new ArrayList<>();
    private ChainState state;
    private long timeMillis = Samples.GENESIS_MILLIS;
    private List<String> silent = List.of();

    TestLedger(Genesis genesis) {
        this.state = ChainState.genesis(genesis);
    }

    ChainState state() {
        return state;
    }

    NetworkId network() {
        return state.networkId();
    }

    long timeMillis() {
        return timeMillis;
    }

    /// The key of the named one.
    SigningKey key(String name) {
        return keys.computeIfAbsent(name, Samples::key);
    }

    /// A sequence that the named one has not used.
    long sequence(String name) {
        return sequences.merge(name, 1L, Long::sum);
    }

    Account account(String name) {
        return state.account(WalletAddress.of(key(name).publicKey()));
    }

    /// What someone has: units that can be spent, at stake and on their way.
    long wealth(String name) {
        WalletAddress address = WalletAddress.of(key(name).publicKey());
        return account(name).balance() + account(name).stake()
                + state.unbondings(address).stream().mapToLong(each -> each.getAmount()).sum();
    }

    /// These consensus keys do not sign from now on.
    void silence(List<String> names) {
        silent = names;
    }

    /// Puts a transaction into the next block.
    Transaction add(Transaction transaction) {
        waiting.add(transaction);
        return transaction;
    }

    /// Puts a transaction into the next block if it applies.
    boolean offer(Transaction transaction) {
        List<Transaction> all = new ArrayList<>(waiting);
        all.add(transaction);
        boolean applies = state.select(all, Integer.MAX_VALUE).taken().size() == all.size();
        if (applies) {
            waiting.add(transaction);
        }
        return applies;
    }

    /// Decides the next block, a second after the last.
    void block() {
        block(1_000, List.of());
    }

    void blocks(int count) {
        for (int block = 0; block < count; block++) {
            block();
        }
    }

    /// Decides the next block of what waits, which must apply. What is loaded from the state after
    /// it must be that state.
    void block(long millis, List<DuplicateVoteEvidence> evidence) {
        timeMillis += millis;
        long height = state.height() + 1;
        BlockFacts facts = new BlockFacts(height,
                Samples.hash("block " + height + " " + waiting.size()), Samples.time(timeMillis),
                lastCommit(), evidence);
        List<ByteString> encoded = waiting.stream().map(Transaction::encoded).toList();
        BlockOutcome outcome = state.apply(facts, encoded);
        if (!(outcome instanceof BlockOutcome.Applied(ChainState after, _))) {
            throw new AssertionError(outcome);
        }
        for (int index = 0; index < waiting.size(); index++) {
            if (waiting.get(index).body().hasOrderBatch()) {
                commitments.put(new Place(height, index),
                        waiting.get(index).body().getOrderBatch().getCommitmentsList());
            }
        }
        ChainState loaded = ChainState.fromBytes(after.toBytes());
        if (!loaded.root().equals(after.root()) || !loaded.supply().equals(after.supply())) {
            throw new AssertionError("loaded: not the state that was saved");
        }
        included.addAll(waiting);
        waiting.clear();
        state = height % 2 == 0 ? loaded : after;
    }

    /// Decides the next block alone of this transaction, which must apply.
    Transaction run(Transaction transaction) {
        add(transaction);
        block();
        return transaction;
    }

    /// Why a transaction would not apply; empty when it would.
    Optional<RejectionCode> refusal(Transaction transaction) {
        return state.check(transaction).map(rejection -> rejection.code());
    }

    List<ByteString> commitmentsAt(OrderPosition position) {
        List<ByteString> found = commitments
                .get(new Place(position.height(), position.transaction()));
        if (found == null) {
            throw new AssertionError("no batch at " + position);
        }
        return found;
    }

    /// All transactions so far.
    List<Transaction> included() {
        return included;
    }

    private Commit lastCommit() {
        Commit.Builder commit = Commit.newBuilder();
        if (state.height() == 0) {
            return commit.build();
        }
        List<Hash> silentKeys = silent.stream()
                .map(name -> Hash.parse(Samples.key(name).publicKey().bytes()).orElseThrow())
                .toList();
        for (Validator each : state.lastValidators().validators()) {
            boolean signs = !silentKeys.contains(new Hash(each.key().bytes()));
            commit.addSignatures(CommitSig.newBuilder().setBlockIdFlag(
                    signs ? BlockIdFlag.BLOCK_ID_FLAG_COMMIT : BlockIdFlag.BLOCK_ID_FLAG_ABSENT));
        }
        return commit.build();
    }
}
