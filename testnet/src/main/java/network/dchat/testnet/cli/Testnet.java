package network.dchat.testnet.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import network.dchat.testnet.fleet.FleetMain;
import network.dchat.testnet.fleet.FleetPlan;
import network.dchat.testnet.fleet.FleetSize;
import network.dchat.testnet.fleet.FleetState;
import network.dchat.testnet.fleet.NodePlan;

/// A testnet that runs in a process of its own, as its command line sees it.
final class Testnet {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

    private final Path directory;
    private final Http http = new Http();

    Testnet(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    /// The default directory: `.dchat/testnet` in the checkout.
    static Path defaultDirectory() {
        String home = System.getenv().getOrDefault("DCHAT_HOME", ".");
        return Path.of(home, ".dchat", "testnet");
    }

    Path directory() {
        return directory;
    }

    Path log() {
        return directory.resolve("logs").resolve("testnet.log");
    }

    boolean isRunning() {
        return FleetState.find(directory).isPresent();
    }

    private FleetState state() {
        return FleetState.find(directory)
                .orElseThrow(() -> new ExitCode.Failure(ExitCode.NOT_RUNNING,
                        "no testnet runs on " + directory + "; start one: dchat testnet start"));
    }

    /// Starts the process and returns when its contexts stand, or all nodes are ready.
    ///
    /// @param limit how long to wait
    void start(FleetSize size, boolean untilHealthy, Duration limit) {
        if (isRunning()) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    "a testnet runs already on " + directory + "; stop it: dchat testnet stop");
        }
        requireFreePorts(FleetPlan.of(size));
        Process process = launch(size);
        Instant deadline = Instant.now().plus(limit);
        while (Instant.now().isBefore(deadline)) {
            if (!process.isAlive()) {
                Console.progressDone();
                throw new ExitCode.Failure(ExitCode.FAILED,
                        "the testnet stopped while it started; see " + log() + "\n" + tail());
            }
            if (hasStarted(untilHealthy)) {
                Console.progressDone();
                return;
            }
            pause();
        }
        Console.progressDone();
        throw new ExitCode.Failure(ExitCode.UNHEALTHY,
                "not healthy after " + limit.toSeconds() + " s: " + notReady());
    }

    private boolean hasStarted(boolean untilHealthy) {
        if (!isRunning()) {
            return false;
        }
        Map<String, Object> fleet = fleet();
        List<?> started = (List<?>) fleet.getOrDefault("started", List.of());
        if (Boolean.TRUE.equals(fleet.get("starting"))) {
            Console.progress("starting " + started.size() + " of " + fleet.get("planned")
                    + (started.isEmpty() ? "" : ": " + started.getLast()));
            return false;
        }
        List<String> waiting = notReady();
        Console.progress("started; waiting for " + waiting.size() + " nodes: " + waiting);
        return !untilHealthy || waiting.isEmpty();
    }

    private Process launch(FleetSize size) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            command.add("/usr/bin/setsid");
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m", "-Xmx1100m", "-Xss512k", "-XX:+UseSerialGC",
                "-XX:ReservedCodeCacheSize=160m", "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.allocator.numDirectArenas=2", "-Dio.netty.allocator.numHeapArenas=2",
                "-Dorg.springframework.boot.logging.LoggingSystem=none",
                "-Dlogback.configurationFile=testnet-logback.xml", "-cp", classPath(),
                FleetMain.class.getName(), directory.toString(), String.valueOf(size.validators()),
                String.valueOf(size.relays()), String.valueOf(size.storage()),
                String.valueOf(size.users())));
        try {
            Files.createDirectories(log().getParent());
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(log().toFile()).start();
        } catch (IOException e) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    "the testnet cannot be launched: " + Console.reason(e));
        }
    }

    private String classPath() {
        try {
            return ClassPathCopy.into(directory.resolve(".dchat-classes"),
                    System.getProperty("java.class.path"));
        } catch (IOException e) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    "the testnet's classes cannot be copied: " + Console.reason(e));
        }
    }

    private static void requireFreePorts(FleetPlan plan) {
        for (NodePlan node : plan.nodes()) {
            for (int port : new int[]{node.grpcPort(), node.httpPort()}) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                } catch (IOException _) {
                    throw new ExitCode.Failure(ExitCode.PORT_TAKEN, "port " + port + " of "
                            + node.name() + " is taken by another process; free it and try again");
                }
            }
        }
    }

    /// Stops the testnet in good order; answers whether one ran.
    boolean stop() {
        Optional<FleetState> found = FleetState.find(directory);
        if (found.isEmpty()) {
            return false;
        }
        http.post(found.get().controlPort(), "/stop", found.get().token(), "{}");
        Instant deadline = Instant.now().plus(STOP_TIMEOUT);
        while (isRunning()) {
            if (Instant.now().isAfter(deadline)) {
                throw new ExitCode.Failure(ExitCode.FAILED,
                        "process " + found.get().pid() + " did not stop within 60 s");
            }
            pause();
        }
        return true;
    }

    /// What the control interface tells of all nodes.
    Map<String, Object> fleet() {
        FleetState state = state();
        return http.get(state.controlPort(), "/fleet", state.token()).object();
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> nodes() {
        return (List<Map<String, Object>>) fleet().getOrDefault("nodes", List.of());
    }

    Map<String, Object> node(String name) {
        return nodes().stream().filter(node -> name.equals(node.get("name"))).findFirst()
                .orElseThrow(() -> new ExitCode.Failure(ExitCode.USAGE, "no node is called " + name
                        + "; there are: " + nodes().stream().map(n -> n.get("name")).toList()));
    }

    List<String> notReady() {
        return nodes().stream().filter(node -> !Boolean.TRUE.equals(node.get("ready")))
                .map(node -> String.valueOf(node.get("name"))).toList();
    }

    /// `GET` on a node's REST port.
    Http.Answer get(Map<String, Object> node, String path) {
        return http.get(port(node), path, "");
    }

    private static int port(Map<String, Object> node) {
        return node.get("http_port") instanceof Integer port ? port : 0;
    }

    /// A user's node.
    UserNode user(String name) {
        Map<String, Object> node = node(name);
        if (!"client".equals(node.get("role")) || !Boolean.TRUE.equals(node.get("running"))) {
            throw new ExitCode.Failure(ExitCode.USAGE, name + " is no user that runs");
        }
        Path token = Path.of(String.valueOf(node.get("data")), "api.token");
        try {
            return new UserNode(http, name, port(node),
                    Files.readString(token, StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    "token of " + name + " cannot be read: " + Console.reason(e));
        }
    }

    /// An action on a node: stop, crash or start.
    void act(String node, String action) {
        control("/nodes/" + node + "/" + action);
    }

    /// A new node joins; answers what it is.
    Map<String, Object> join(String role) {
        return control("/join/" + role);
    }

    private Map<String, Object> control(String path) {
        FleetState state = state();
        Http.Answer answer = http.post(state.controlPort(), path, state.token(), "{}");
        if (!answer.ok()) {
            throw new ExitCode.Failure(ExitCode.FAILED,
                    String.valueOf(answer.object().get("error")));
        }
        return answer.object();
    }

    /// The last lines of the log.
    String tail() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException _) {
            return "";
        }
    }

    /// Waits for the next look.
    static void pause() {
        try {
            boolean never = new CountDownLatch(1).await(POLL.toMillis(), TimeUnit.MILLISECONDS);
            if (never) {
                throw new IllegalStateException("latch: opened (expected: never)");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ExitCode.Failure(ExitCode.FAILED, "interrupted");
        }
    }
}
