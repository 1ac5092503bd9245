package network.dchat.testnet.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.HostAndPort;
import network.dchat.testnet.fleet.Applications;
import network.dchat.testnet.fleet.EmbeddedDatabase;
import network.dchat.testnet.fleet.FleetPlan;
import network.dchat.testnet.fleet.NodePlan;
import network.dchat.wire.v1.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `dchat node`: one node in the foreground, the same on every host.
///
/// Without `--database` a node that needs PostgreSQL brings one of its own, kept in its data
/// directory.
@Command(name = "node", description = "Runs one node in the foreground.",
        mixinStandardHelpOptions = true)
public final class NodeCommand implements Callable<Integer> {
    private static final List<String> ROLES = List.of("validator", "relay", "discovery", "storage",
            "gateway", "client");

    @Option(names = "--role", required = true, defaultValue = "${env:DCHAT_ROLE}",
            description = "validator, relay, discovery, storage, gateway or client (DCHAT_ROLE)")
    private String role = "";

    @Option(names = "--listen", paramLabel = "HOST:PORT",
            description = "gRPC address (default: 127.0.0.1:9000, port by DCHAT_PORT)")
    private @Nullable String listen;

    @Option(names = "--http", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:7070",
            description = "REST and management (default: ${DEFAULT-VALUE})")
    private String http = "";

    @Option(names = "--bootstrap-nodes", split = ",", paramLabel = "ADDRESS",
            defaultValue = "${env:DCHAT_BOOTSTRAP_PEERS}",
            description = "host:port or multiaddrs of known nodes (DCHAT_BOOTSTRAP_PEERS)")
    private List<String> bootstrapNodes = new ArrayList<>();

    @Option(names = "--data", required = true, paramLabel = "DIR",
            description = "where key and data of the node lie")
    private Path data = Path.of("");

    @Option(names = "--genesis", paramLabel = "FILE",
            description = "the network's genesis (default: genesis.json in --data)")
    private @Nullable Path genesis;

    @Option(names = "--database", paramLabel = "JDBC-URL",
            description = "PostgreSQL of the node (default: one of its own in --data)")
    private @Nullable String database;

    @Option(names = "--name", description = "what people call it (default: the role)")
    private @Nullable String name;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
            description = "any other setting, such as dchat.consensus.preset=wide-area")
    private Map<String, String> settings = new HashMap<>();

    @Override
    public Integer call() throws Exception {
        if (!ROLES.contains(role)) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    "--role: " + role + " (expected: one of " + ROLES + ")");
        }
        NodePlan plan = FleetPlan.joining(name == null ? role : name,
                Role.valueOf(role.toUpperCase(Locale.ROOT)));
        Map<String, Object> all = new HashMap<>(common(plan));
        EmbeddedDatabase own = null;
        if (plan.hasDatabase() && database == null) {
            own = EmbeddedDatabase.start(data.toAbsolutePath().resolve("postgresql"));
            all.putAll(own.settings("node"));
        } else if (database != null) {
            all.put("spring.datasource.url", database);
        }
        all.putAll(settings);
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicBoolean broken = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            stop.countDown();
            await(stopped);
        }));
        try (EmbeddedDatabase _ = own;
                RunningNode node = RunningNode.start(Applications.of(plan.role()), all)) {
            Console.message(plan.name() + " runs: peer " + node.peerId() + ", grpc port "
                    + node.grpcPort() + ", http port " + node.httpPort());
            node.context().addApplicationListener((ApplicationListener<ContextClosedEvent>) _ -> {
                if (stop.getCount() > 0) {
                    broken.set(true);
                    stop.countDown();
                }
            });
            stop.await();
            Console.message(plan.name() + " stops");
        } finally {
            stopped.countDown();
        }
        return broken.get() ? ExitCode.FAILED.number() : ExitCode.OK.number();
    }

    private Map<String, Object> common(NodePlan plan) {
        Path genesisFile = genesis == null ? data.resolve("genesis.json") : genesis;
        if (!Files.exists(genesisFile)) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    "--genesis: " + genesisFile + " does not exist");
        }
        String port = System.getenv().getOrDefault("DCHAT_PORT", "9000");
        String address = listen == null ? "127.0.0.1:" + port : listen;
        check("--listen", address);
        check("--http", http);
        Map<String, Object> common = new HashMap<>();
        common.put("dchat.node.name", plan.name());
        common.put("dchat.node.role", plan.role().name());
        common.put("dchat.node.listen", address);
        common.put("dchat.node.http-listen", http);
        common.put("dchat.node.data-directory", data.toAbsolutePath().toString());
        common.put("dchat.node.genesis", genesisFile.toAbsolutePath().toString());
        List<String> entries = bootstrapNodes.stream().filter(entry -> !entry.isBlank()).toList();
        if (!entries.isEmpty()) {
            common.put("dchat.network.bootstrap-nodes", String.join(",", entries));
        }
        return common;
    }

    private static void check(String option, String address) {
        try {
            HostAndPort.parse(address);
        } catch (IllegalArgumentException e) {
            throw new ExitCode.Failure(ExitCode.USAGE, option + ": " + Console.reason(e));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
