package network.dchat.relay;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.KeyFile;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.Role;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/// Two relays, a validator that decides alone, and a PostgreSQL that forces to disk.
final class RelayFleet implements AutoCloseable {
    /// A rich account of no node.
    static final SigningKey TREASURY = TestUser.key("treasury");

    private static final long PATIENCE_SECONDS = 30;

    final Genesis genesis;
    private final Path directory;
    private final EmbeddedPostgres database;
    private final RunningNode validator;
    private final Map<String, RunningNode> relays = new LinkedHashMap<>();
    private final Map<String, Object> extra;

    RelayFleet(Path directory, Map<String, Object> extra) throws IOException, SQLException {
        this.directory = directory;
        this.extra = extra;
        this.database = EmbeddedPostgres.builder().setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on").setServerConfig("jit", "off")
                .setServerConfig("max_wal_size", "256MB").start();
        this.genesis = genesis();
        GenesisFile.save(directory.resolve("genesis.json"), genesis);
        this.validator = RunningNode.start(ValidatorApplication.class,
                settings("validator", "validator"));
        for (String relay : List.of("relay1", "relay2")) {
            join(relay);
            waitFor(relay + " ready", () -> relay(relay).notReady().isEmpty());
        }
    }

    /// Starts a relay that was never there; it may not become ready.
    void join(String relay) throws SQLException {
        try (Connection connection = database.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + relay);
        }
        launch(relay);
    }

    RunningNode relay(String name) {
        return java.util.Objects.requireNonNull(relays.get(name));
    }

    TestUser user(String name) {
        return new TestUser(name, GenesisIdentity.of(genesis).networkId());
    }

    ChainFixture chain() {
        return validator.context().getBean(ChainFixture.class);
    }

    JdbcTemplate jdbc(String relay) {
        return relay(relay).context().getBean(JdbcTemplate.class);
    }

    long count(String relay, String table) {
        Long count = jdbc(relay).queryForObject("select count(*) from " + table, Long.class);
        return count == null ? 0 : count;
    }

    double refused(String relay, String call, String code) {
        return relay(relay).context().getBean(io.micrometer.core.instrument.MeterRegistry.class)
                .counter("dchat.relay.rejections", "call", call, "code", code).count();
    }

    void start(String name) {
        launch(name);
        waitFor(name + " ready", () -> relay(name).notReady().isEmpty());
    }

    private void launch(String name) {
        Map<String, Object> settings = settings(name, "relay");
        settings.put("dchat.network.bootstrap-nodes", "127.0.0.1:" + validator.grpcPort());
        settings.put("spring.datasource.url", "jdbc:postgresql://127.0.0.1:" + database.getPort()
                + "/" + name + "?reWriteBatchedInserts=true");
        settings.put("spring.datasource.username", "postgres");
        settings.put("spring.datasource.password", "");
        settings.putAll(extra);
        relays.put(name, RunningNode.start(RelayApplication.class, settings));
    }

    void crash(String name) {
        relay(name).crash();
    }

    static void waitFor(String what, BooleanSupplier reached) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": not within " + PATIENCE_SECONDS + " s");
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private Map<String, Object> settings(String name, String role) {
        return new HashMap<>(Map.of("dchat.node.name", name, "dchat.node.role", role,
                "dchat.node.genesis", directory.resolve("genesis.json").toString(),
                "dchat.node.data-directory", directory.resolve(name).toString(),
                "dchat.node.listen", "127.0.0.1:0", "dchat.node.http-listen", "127.0.0.1:0",
                "dchat.node.work-bits", 4, "dchat.rpc.stop-grace", "1s"));
    }

    private Genesis genesis() {
        Genesis.Builder built = Genesis.newBuilder().setName("test")
                .setGenesisTimeMillis(1_767_225_600_000L)
                .addValidators(GenesisValidator.newBuilder().setPeerKey(key("validator").bytes())
                        .setConsensusKey(TestUser.key(ChainFixture.VALIDATOR + "/consensus")
                                .publicKey().bytes())
                        .setPower(10).setName("validator").setOperator("test"))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1 << 20)
                        .setCommitmentFee(4).setMaxBatchCommitments(256).setMaxRootLeaves(1_024));
        for (String relay : List.of("relay1", "relay2")) {
            built.addNodes(GenesisNode.newBuilder().setPeerKey(key(relay).bytes())
                    .setRole(Role.RELAY).setOperator("test").setRegion("local"));
            built.addBalances(GenesisBalance.newBuilder()
                    .setAddress(WalletAddress.of(key(relay)).bytes()).setAmount(1_000_000_000));
        }
        built.addBalances(GenesisBalance.newBuilder()
                .setAddress(WalletAddress.of(TREASURY.publicKey()).bytes())
                .setAmount(1_000_000_000));
        return built.build();
    }

    private PublicKey key(String node) {
        return KeyFile.loadOrCreate(directory.resolve(node).resolve("node.key")).publicKey();
    }

    @Override
    public void close() throws IOException {
        relays.values().forEach(RunningNode::close);
        validator.close();
        database.close();
    }

    /// No configuration class by annotation, so that the relays' component scan leaves it alone.
    @EnableAutoConfiguration
    static class ValidatorApplication {
        @Bean
        ChainFixture chainFixture(NodeIdentity identity) {
            return new ChainFixture(identity);
        }
    }
}
