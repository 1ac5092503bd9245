package network.dchat.validator;

import com.google.protobuf.ByteString;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.Transaction;
import network.dchat.ledger.Transactions;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.KeyFile;
import network.dchat.validator.chain.ChainView;
import network.dchat.validator.store.ConsensusKey;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisValidator;
import org.jspecify.annotations.Nullable;

/// Real validators of one chain in this JVM, on loopback, with a real PostgreSQL that forces to
/// disk.
final class ValidatorFleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final EmbeddedPostgres postgres;
    private final SigningKey relay = SigningKey
            .fromSeed(Sha256.of(ByteString.copyFromUtf8("relay")).bytes());
    private final Genesis genesis;
    private final List<Integer> ports = new ArrayList<>();
    private final List<@Nullable RunningNode> nodes = new ArrayList<>();
    private final Map<String, Object> settings;
    private long sequence;

    /// Makes keys, genesis and databases; starts nothing.
    ValidatorFleet(Path directory, int count, Map<String, Object> settings) throws IOException {
        this(directory, count, 0, 0, settings);
    }

    /// The same with nodes that are not validators of genesis, and have a balance.
    ///
    /// @param joiners how many; their numbers follow those of the validators
    /// @param accounts with a balance in genesis, to make the state larger
    ValidatorFleet(Path directory, int count, int joiners, int accounts,
            Map<String, Object> settings) throws IOException {
        this.directory = directory;
        this.settings = Map.copyOf(settings);
        this.postgres = EmbeddedPostgres.builder().setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on").start();
        Genesis.Builder builder = Genesis.newBuilder().setName("fleet")
                .setGenesisTimeMillis(Instant.now().toEpochMilli() - 1_000)
                .addBalances(GenesisBalance.newBuilder()
                        .setAddress(WalletAddress.of(relay.publicKey()).bytes())
                        .setAmount(1_000_000_000L))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1024 * 1024)
                        .setCommitmentFee(1).setMaxBatchCommitments(256).setMaxRootLeaves(1024));
        for (int index = 0; index < accounts; index++) {
            ByteString name = Sha256.of(ByteString.copyFromUtf8("account " + index)).bytes();
            builder.addBalances(GenesisBalance.newBuilder()
                    .setAddress(name.substring(0, WalletAddress.LENGTH)).setAmount(1 + index));
        }
        for (int index = 0; index < count + joiners; index++) {
            PublicKey consensusKey = ConsensusKey.prepare(data(index));
            if (index < count) {
                builder.addValidators(GenesisValidator.newBuilder().setName("v" + index)
                        .setOperator("operator" + index).setPower(10)
                        .setPeerKey(nodeKey(index).publicKey().bytes())
                        .setConsensusKey(consensusKey.bytes()));
            } else {
                builder.addBalances(GenesisBalance.newBuilder().setAmount(1_000)
                        .setAddress(WalletAddress.of(nodeKey(index).publicKey()).bytes()));
            }
            ports.add(freePort());
            nodes.add(null);
            execute("create database v" + index);
        }
        this.genesis = builder.build();
        GenesisFile.save(directory.resolve("genesis.json"), genesis);
    }

    /// Starts all validators; each knows the first.
    void startAll() {
        for (int index = 0; index < genesis.getValidatorsCount(); index++) {
            start(index);
        }
    }

    RunningNode start(int index) {
        return start(index, Map.of());
    }

    /// @param more settings of this validator alone
    RunningNode start(int index, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(more);
        all.put("dchat.node.name", "v" + index);
        all.put("dchat.node.role", "validator");
        all.put("dchat.node.genesis", directory.resolve("genesis.json").toString());
        all.put("dchat.node.data-directory", data(index).toString());
        all.put("dchat.node.listen", "127.0.0.1:" + ports.get(index));
        all.put("dchat.node.http-listen", "127.0.0.1:0");
        all.put("dchat.node.work-bits", 4);
        all.put("dchat.network.bootstrap-nodes",
                "/ip4/127.0.0.1/tcp/" + ports.get(index == 0 ? 1 : 0));
        all.put("spring.datasource.url", postgres.getJdbcUrl("postgres", "v" + index));
        all.put("spring.datasource.username", "postgres");
        RunningNode node = RunningNode.start(ValidatorApplication.class, all);
        nodes.set(index, node);
        return node;
    }

    /// Stops a validator as a crash would.
    void crash(int index) {
        node(index).crash();
        nodes.set(index, null);
    }

    void stop(int index) {
        node(index).close();
        nodes.set(index, null);
    }

    RunningNode node(int index) {
        return Optional.ofNullable(nodes.get(index)).orElseThrow();
    }

    ChainView view(int index) {
        return node(index).context().getBean(ChainView.class);
    }

    long height(int index) {
        return view(index).latest().height();
    }

    Path data(int index) {
        return directory.resolve("v" + index);
    }

    /// The key that names a node, and signs its stake.
    SigningKey nodeKey(int index) throws IOException {
        return KeyFile.loadOrCreate(data(index).resolve("node.key"));
    }

    NetworkId network() {
        return GenesisRules.networkId(genesis);
    }

    Genesis genesis() {
        return genesis;
    }

    /// A new batch of orders by a relay that can pay.
    Transaction orders(int count) {
        long number = ++sequence;
        List<OrderCommitment> commitments = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Hash hash = Sha256.of(ByteString.copyFromUtf8("order " + number + "/" + index));
            commitments.add(new OrderCommitment(hash));
        }
        return Transactions.orderBatch(network(), relay, number, commitments);
    }

    /// Waits until something is so.
    static void await(String goal, BooleanSupplier reached) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!reached.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError(goal + ": not within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    private void execute(String sql) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(sql, failure);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException("no free port", failure);
        }
    }

    @Override
    public void close() throws IOException {
        for (RunningNode node : nodes) {
            if (node != null) {
                node.close();
            }
        }
        postgres.close();
    }
}
