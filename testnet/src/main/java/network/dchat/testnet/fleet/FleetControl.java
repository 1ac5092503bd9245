package network.dchat.testnet.fleet;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import network.dchat.starter.launch.RunningNode;
import network.dchat.wire.v1.Role;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The control interface of a running testnet, on loopback, for its own command line only.
///
/// - `GET /fleet`: nodes with ports, readiness and reasons; `starting` while they come up.
/// - `POST /nodes/{name}/stop|crash|start`, `POST /join/{role}`.
/// - `POST /stop`: ends the testnet in good order.
///
/// Every request carries the token of `testnet.json` as `Authorization: Bearer …`.
final class FleetControl implements AutoCloseable {
    private static final int NODE_PATH_PARTS = 4;
    private static final int JOIN_PATH_PARTS = 3;

    private final HttpServer server;
    private final byte[] authorization;
    private final Runnable onStop;
    private final JsonMapper json = JsonMapper.builder().build();
    private final AtomicReference<@Nullable Fleet> fleet = new AtomicReference<>();
    private final List<String> started = new CopyOnWriteArrayList<>();
    private final int planned;

    FleetControl(String token, int planned, Runnable onStop) throws IOException {
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                16);
        this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        this.planned = planned;
        this.onStop = onStop;
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void startedOne(String name) {
        started.add(name);
    }

    void running(Fleet running) {
        fleet.set(running);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String given = exchange.getRequestHeaders().getFirst("Authorization");
            if (given == null || !MessageDigest.isEqual(authorization,
                    given.getBytes(StandardCharsets.UTF_8))) {
                send(exchange, 401, Map.of("error", "no valid token"));
                return;
            }
            try {
                send(exchange, 200, handle(exchange));
            } catch (IllegalArgumentException | IllegalStateException e) {
                send(exchange, 409, Map.of("error", String.valueOf(e.getMessage())));
            }
        }
    }

    private Map<String, Object> handle(HttpExchange exchange) {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        String call = exchange.getRequestMethod() + " " + (path.length > 1 ? path[1] : "");
        return switch (call) {
            case "GET fleet" -> describe();
            case "POST nodes" -> node(path);
            case "POST join" -> join(path);
            case "POST stop" -> {
                onStop.run();
                yield Map.of("stopping", true);
            }
            default -> throw new IllegalArgumentException(
                    "call: " + call + " (expected: GET fleet, POST nodes, POST join, POST stop)");
        };
    }

    private Fleet fleet() {
        Fleet running = fleet.get();
        if (running == null) {
            throw new IllegalStateException("the testnet is still starting");
        }
        return running;
    }

    private Map<String, Object> node(String[] path) {
        if (path.length != NODE_PATH_PARTS) {
            throw new IllegalArgumentException("path (expected: /nodes/{name}/stop|crash|start)");
        }
        String name = path[2];
        switch (path[3]) {
            case "stop" -> fleet().stop(name);
            case "crash" -> fleet().crash(name);
            case "start" -> fleet().restart(name);
            default -> throw new IllegalArgumentException(
                    "action: " + path[3] + " (expected: stop, crash or start)");
        }
        return Map.of("node", name, "running", fleet().runs(name));
    }

    private Map<String, Object> join(String[] path) {
        if (path.length != JOIN_PATH_PARTS) {
            throw new IllegalArgumentException("path (expected: /join/{role})");
        }
        Role role = Role.valueOf(path[2].toUpperCase(Locale.ROOT));
        String name = fleet().nextName(role);
        RunningNode node = fleet().join(name, role);
        return Map.of("node", name, "grpc_port", node.grpcPort(), "http_port", node.httpPort(),
                "id", node.peerId().toString());
    }

    private Map<String, Object> describe() {
        Map<String, Object> answer = new LinkedHashMap<>();
        Fleet running = fleet.get();
        answer.put("starting", running == null);
        answer.put("planned", planned);
        answer.put("started", List.copyOf(started));
        List<Map<String, Object>> nodes = new ArrayList<>();
        if (running != null) {
            answer.put("genesis", running.genesis().toString());
            Map<String, Map<String, String>> notReady = running.notReady();
            for (NodePlan plan : running.plans()) {
                nodes.add(describe(running, plan, notReady.getOrDefault(plan.name(), Map.of())));
            }
        }
        answer.put("nodes", nodes);
        return answer;
    }

    private static Map<String, Object> describe(Fleet fleet, NodePlan plan,
            Map<String, String> reasons) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("name", plan.name());
        node.put("role", plan.role().name().toLowerCase(Locale.ROOT));
        node.put("data", fleet.data(plan.name()).toString());
        node.put("running", fleet.runs(plan.name()));
        if (fleet.runs(plan.name())) {
            RunningNode running = fleet.node(plan.name());
            node.put("id", running.peerId().toString());
            node.put("grpc_port", running.grpcPort());
            node.put("http_port", running.httpPort());
        }
        node.put("ready", reasons.isEmpty());
        node.put("not_ready", reasons);
        return node;
    }

    private void send(HttpExchange exchange, int status, Map<String, Object> body)
            throws IOException {
        byte[] bytes = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
