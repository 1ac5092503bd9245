package network.dchat.testnet.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `dchat testnet health`
@Command(name = "health", description = "Tells of every node whether it is ready, and why not.",
        mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {
    private static final int[] WIDTHS = {14, 12, 10, 0};

    @Mixin
    private TestnetOptions options = new TestnetOptions();

    @Override
    public Integer call() {
        List<Map<String, Object>> nodes = options.testnet().nodes();
        boolean healthy = !nodes.isEmpty()
                && nodes.stream().allMatch(node -> Boolean.TRUE.equals(node.get("ready")));
        if (options.json()) {
            Console.json(Map.of("healthy", healthy, "nodes", nodes));
        } else {
            for (Map<String, Object> node : nodes) {
                boolean ready = Boolean.TRUE.equals(node.get("ready"));
                Console.result(Console.row(WIDTHS, node.get("name"), node.get("role"),
                        ready ? "healthy" : "NOT READY", ready ? "" : node.get("not_ready")));
            }
            Console.result(healthy
                    ? "all " + nodes.size() + " nodes are healthy"
                    : "not all nodes are healthy");
        }
        return healthy ? ExitCode.OK.number() : ExitCode.UNHEALTHY.number();
    }
}
