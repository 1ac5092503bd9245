package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import network.dchat.consensus.Consensus;
import network.dchat.consensus.ConsensusLimits;
import network.dchat.consensus.ConsensusSettings;
import network.dchat.consensus.Effect;
import network.dchat.consensus.Input;
import network.dchat.consensus.Timeouts;
import network.dchat.consensus.TimerId;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.starter.node.KeyFile;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisValidator;

/// The only validator of a chain on a real disk, driven by hand.
public final class StoreBench implements AutoCloseable {
    private static final long GENESIS_MILLIS = 1_767_225_000_000L;
    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final int MOST_STEPS = 1_000;

    private final SigningKey relay = SigningKey
            .fromSeed(Sha256.of(ByteString.copyFromUtf8("relay")).bytes());
    private final Genesis genesis;
    private final ConsensusKey key;
    private final ConsensusSettings settings;
    private final Path directory;
    private final int interval;
    private final long retain;
    private ConsensusStore store;
    private Optional<Consensus> core = Optional.empty();
    private long sequence;
    private long nowMillis = GENESIS_MILLIS + 1_000;

    StoreBench(Path directory, int interval) throws IOException {
        this(directory, interval, 0);
    }

    /// A validator that is not started.
    ///
    /// @param retain the latest blocks that are kept; 0 = all
    public StoreBench(Path directory, int interval, long retain) throws IOException {
        this.retain = retain;
        this.directory = directory;
        this.interval = interval;
        SigningKey peer = KeyFile.loadOrCreate(directory.resolve("node.key"));
        this.genesis = Genesis.newBuilder().setName("bench").setGenesisTimeMillis(GENESIS_MILLIS)
                .addValidators(GenesisValidator.newBuilder().setName("v0").setOperator("test")
                        .setPower(1).setPeerKey(peer.publicKey().bytes())
                        .setConsensusKey(ConsensusKey.prepare(directory).bytes()))
                .addBalances(GenesisBalance.newBuilder()
                        .setAddress(WalletAddress.of(relay.publicKey()).bytes())
                        .setAmount(1_000_000_000L))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1024 * 1024)
                        .setCommitmentFee(1).setMaxBatchCommitments(256).setMaxRootLeaves(1024))
                .build();
        String chainId = GenesisIdentity.of(genesis).chainId();
        GenesisRules.require(genesis);
        this.key = ConsensusKey.load(directory, chainId, ConsensusKey.Trust.NONE);
        this.settings = new ConsensusSettings(Optional.of(key.key().publicKey()), Timeouts.local(),
                ConsensusLimits.defaults());
        this.store = store(DamagedLog.REFUSE);
    }

    /// Starts again from what is on the disk.
    public Consensus start(DamagedLog damaged) throws IOException {
        store.abandon();
        store = store(damaged);
        Consensus loaded = store.load(settings).consensus();
        core = Optional.of(loaded);
        return loaded;
    }

    /// The genesis of its chain.
    public Genesis genesis() {
        return genesis;
    }

    Consensus core() {
        return core.orElseThrow();
    }

    /// Decides one block after the other until a height.
    public void growTo(long height) throws IOException {
        carryOut(new Input.Started(nowMillis), height);
        while (core().chain().height() < height) {
            nowMillis += 2_000;
            long next = core().chain().height() + 1;
            carryOut(new Input.TimerElapsed(new TimerId.Idle(next), nowMillis), height);
        }
    }

    /// Submits a batch of orders for the next block.
    void order(int count) throws IOException {
        long number = ++sequence;
        List<OrderCommitment> commitments = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Hash hash = Sha256.of(ByteString.copyFromUtf8("order " + number + "/" + index));
            commitments.add(new OrderCommitment(hash));
        }
        Transaction orders = Transactions.orderBatch(GenesisRules.networkId(genesis), relay, number,
                commitments);
        core().apply(new Input.Submitted(number, List.of(orders), nowMillis));
    }

    /// The store, as it is now.
    public ConsensusStore store() {
        return store;
    }

    /// The store of another node of the same chain, which signs nothing.
    ConsensusStore elsewhere(Path other) throws IOException {
        Files.createDirectories(other);
        return new ConsensusStore(other, genesis, key,
                new ConsensusStore.Habits(interval, DamagedLog.REFUSE, retain, SEGMENT_BYTES));
    }

    /// Settings of a node that signs nothing.
    ConsensusSettings observing() {
        return new ConsensusSettings(Optional.empty(), settings.timeouts(), settings.limits());
    }

    /// Begins a height and stops once so many signatures were given for it.
    void speak(int signatures) throws IOException {
        nowMillis += 2_000;
        List<Effect> effects = new ArrayList<>(core().apply(
                new Input.TimerElapsed(new TimerId.Idle(core().chain().height() + 1), nowMillis)));
        for (int given = 0; given < signatures; given++) {
            List<Input> answers = store.persist(effects, nowMillis);
            effects.clear();
            answers.forEach(answer -> effects.addAll(core().apply(answer)));
        }
    }

    private void carryOut(Input input, long height) throws IOException {
        Deque<Input> inputs = new ArrayDeque<>(List.of(input));
        for (int step = 0; step < MOST_STEPS && !inputs.isEmpty(); step++) {
            List<Effect> effects = core().apply(inputs.remove());
            inputs.addAll(store.persist(effects, nowMillis));
            for (Effect effect : effects) {
                if (effect instanceof Effect.Decided(var decision)) {
                    store.checkpoint(decision.chain());
                }
            }
            if (core().chain().height() >= height) {
                return;
            }
        }
    }

    private ConsensusStore store(DamagedLog damaged) {
        return new ConsensusStore(directory, genesis, key,
                new ConsensusStore.Habits(interval, damaged, retain, SEGMENT_BYTES));
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
