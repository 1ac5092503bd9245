package network.dchat.testnet.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.node.KeyFile;
import network.dchat.testnet.chain.ChainClient;
import network.dchat.wire.v1.Role;

/// A whole network in this JVM: PostgreSQL, Kafka and a Spring context a node, over real loopback
/// gRPC.
///
/// Nodes can be stopped, crashed and started again one by one; new ones can join.
public final class Fleet implements AutoCloseable {
    private static final int STARTS_AT_ONCE = 2;
    private static final Duration PAYMENT_LIMIT = Duration.ofSeconds(30);

    private final Path directory;
    private final Path genesis;
    private final EmbeddedDatabase database;
    private final EmbeddedKafka kafka;
    private final Map<String, NodePlan> plans = new LinkedHashMap<>();
    private final Map<String, RunningNode> running = new LinkedHashMap<>();
    private final Map<String, Integer> lastPorts = new HashMap<>();
    private String entry = "";

    private Fleet(Path directory, Path genesis, EmbeddedDatabase database, EmbeddedKafka kafka) {
        this.directory = directory;
        this.genesis = genesis;
        this.database = database;
        this.kafka = kafka;
    }

    /// Starts stores and all nodes of a plan; returns when every context stands (not yet: ready).
    ///
    /// @param progress told the name of each node that stands
    public static Fleet start(FleetPlan plan, Path directory, InstantSource clock,
            Consumer<String> progress) throws IOException {
        Path base = directory.toAbsolutePath().normalize();
        Files.createDirectories(base);
        Path genesis = FleetGenesis.ensure(base, plan.nodes(), clock);
        EmbeddedDatabase database = EmbeddedDatabase.start(base.resolve("postgresql"));
        progress.accept("postgresql");
        EmbeddedKafka kafka;
        try {
            kafka = EmbeddedKafka.start(base.resolve("kafka"));
        } catch (IOException | RuntimeException e) {
            database.close();
            throw e;
        }
        progress.accept("kafka");
        Fleet fleet = new Fleet(base, genesis, database, kafka);
        try {
            fleet.startAll(plan.nodes(), progress);
            return fleet;
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    private void startAll(List<NodePlan> nodes, Consumer<String> progress) {
        nodes.forEach(node -> plans.put(node.name(), node));
        NodePlan first = nodes.getFirst();
        RunningNode entryNode = launch(first);
        remember(first.name(), entryNode);
        entry = "127.0.0.1:" + entryNode.grpcPort();
        progress.accept(first.name());
        try (ExecutorService starters = Executors.newFixedThreadPool(STARTS_AT_ONCE)) {
            List<Future<?>> starts = new ArrayList<>();
            for (NodePlan node : nodes.subList(1, nodes.size())) {
                starts.add(starters.submit(() -> {
                    remember(node.name(), launch(node));
                    progress.accept(node.name());
                }));
            }
            for (Future<?> start : starts) {
                start.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "a node of the testnet could not start: " + rootMessage(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the testnet started", e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return String.valueOf(at.getMessage());
    }

    /// Starts a node of the plan again, with its old key and data, on its old ports.
    public synchronized RunningNode restart(String name) {
        NodePlan plan = plan(name);
        if (running.containsKey(name)) {
            throw new IllegalStateException(name + " runs already");
        }
        RunningNode node = launch(plan);
        running.put(name, node);
        return node;
    }

    /// Adds a node that joins the running network; it knows one other node.
    public RunningNode join(String name, Role role) {
        synchronized (this) {
            if (plans.containsKey(name)) {
                throw new IllegalArgumentException("node: " + name + " (expected: a new name)");
            }
            plans.put(name, FleetPlan.joining(name, role));
        }
        RunningNode node = launch(plan(name));
        remember(name, node);
        if (role == Role.RELAY) {
            fund(node);
        }
        return node;
    }

    /// Gives a relay that joined what a relay of the genesis has.
    private void fund(RunningNode relay) {
        RunningNode validator = plans().stream()
                .filter(plan -> plan.role() == Role.VALIDATOR && runs(plan.name())).findFirst()
                .map(plan -> node(plan.name()))
                .orElseThrow(() -> new IllegalStateException("no validator runs"));
        SigningKey treasury = KeyFile
                .loadOrCreate(FleetGenesis.treasury(directory).resolve("node.key"));
        try (ChainClient client = new ChainClient(
                GenesisIdentity.of(GenesisFile.load(genesis)).networkId(), treasury,
                new HostAndPort("127.0.0.1", validator.grpcPort()))) {
            client.transfer(WalletAddress.of(relay.peerId().publicKey()), FleetGenesis.BALANCE,
                    PAYMENT_LIMIT);
        } catch (IOException e) {
            throw new IllegalStateException("the relay joined but was not paid: " + e.getMessage(),
                    e);
        }
    }

    /// The next free name of a role: `storage16`, `user4`.
    public synchronized String nextName(Role role) {
        String prefix = prefix(role);
        int number = 1;
        while (plans.containsKey(prefix + number)) {
            number++;
        }
        return prefix + number;
    }

    private static String prefix(Role role) {
        return role == Role.CLIENT ? "user" : role.name().toLowerCase(Locale.ROOT);
    }

    /// Stops a node in good order.
    public void stop(String name) {
        remove(name).close();
    }

    /// Stops a node as a crash would.
    public void crash(String name) {
        remove(name).crash();
    }

    private synchronized RunningNode remove(String name) {
        RunningNode node = running.remove(name);
        if (node == null) {
            throw new IllegalStateException(name + " does not run");
        }
        lastPorts.put(name + "/grpc", node.grpcPort());
        lastPorts.put(name + "/http", node.httpPort());
        return node;
    }

    private synchronized void remember(String name, RunningNode node) {
        running.put(name, node);
    }

    private synchronized NodePlan plan(String name) {
        NodePlan plan = plans.get(name);
        if (plan == null) {
            throw new IllegalArgumentException(
                    "node: " + name + " (expected: one of " + plans.keySet() + ")");
        }
        return plan;
    }

    /// A node that runs now.
    public synchronized RunningNode node(String name) {
        RunningNode node = running.get(plan(name).name());
        if (node == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return node;
    }

    /// All planned nodes, running or not, in the order of the plan.
    public synchronized List<NodePlan> plans() {
        return List.copyOf(plans.values());
    }

    /// Whether a node runs now.
    public synchronized boolean runs(String name) {
        return running.containsKey(name);
    }

    /// Each node that is not ready, with the reasons; a stopped node says so.
    public Map<String, Map<String, String>> notReady() {
        Map<String, Map<String, String>> reasons = new LinkedHashMap<>();
        for (NodePlan plan : plans()) {
            Map<String, String> why = runs(plan.name())
                    ? node(plan.name()).notReady()
                    : Map.of("process", "stopped");
            if (!why.isEmpty()) {
                reasons.put(plan.name(), why);
            }
        }
        return reasons;
    }

    /// The genesis file.
    public Path genesis() {
        return genesis;
    }

    /// Where a node keeps its files.
    public Path data(String name) {
        return directory.resolve("nodes").resolve(name);
    }

    private RunningNode launch(NodePlan plan) {
        return RunningNode.start(Applications.of(plan.role()), settings(plan));
    }

    private Map<String, Object> settings(NodePlan plan) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("dchat.node.name", plan.name());
        settings.put("dchat.node.role", plan.role().name());
        settings.put("dchat.node.data-directory", data(plan.name()).toString());
        settings.put("dchat.node.genesis", genesis.toString());
        settings.put("dchat.node.operator", "testnet");
        settings.put("dchat.node.listen", "127.0.0.1:" + port(plan, "grpc", plan.grpcPort()));
        settings.put("dchat.node.http-listen", "127.0.0.1:" + port(plan, "http", plan.httpPort()));
        if (!entry.isEmpty()) {
            settings.put("dchat.network.bootstrap-nodes", entry);
        }
        if (plan.hasDatabase()) {
            settings.putAll(database.settings(plan.name()));
            settings.put("dchat.bus.kind", "kafka");
            settings.put("spring.kafka.bootstrap-servers", kafka.address());
            settings.put("spring.kafka.client-id", plan.name());
        }
        if (plan.role() == Role.CLIENT) {
            settings.put("dchat.client.archive-delay", "1s");
        }
        settings.put("dchat.network.target-connections", "8");
        if (!plan.relays().isEmpty()) {
            settings.put("dchat.client.relays", String.join(",", relayIds(plan)));
        }
        return settings;
    }

    private List<String> relayIds(NodePlan plan) {
        return plan.relays().stream().map(relay -> RelayIds.of(data(relay))).toList();
    }

    private synchronized int port(NodePlan plan, String kind, int planned) {
        return planned != 0 ? planned : lastPorts.getOrDefault(plan.name() + "/" + kind, 0);
    }

    /// Stops all nodes in reverse order, then the stores.
    @Override
    public void close() {
        List<String> names;
        synchronized (this) {
            names = new ArrayList<>(running.keySet()).reversed();
        }
        names.forEach(this::stop);
        kafka.close();
        try {
            database.close();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL could not be stopped", e);
        }
    }
}
