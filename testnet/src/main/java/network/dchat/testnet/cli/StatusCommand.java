package network.dchat.testnet.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `dchat testnet status`
@Command(name = "status", description = "Heights, hashes, peers and shards of every node.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private static final int[] WIDTHS = {13, 8, 9, 18, 7, 8, 22, 0};
    private static final int SHORT_HASH = 16;

    @Mixin
    private TestnetOptions options = new TestnetOptions();

    @Override
    public Integer call() {
        Testnet testnet = options.testnet();
        List<Map<String, Object>> statuses = new ArrayList<>();
        for (Map<String, Object> node : testnet.nodes()) {
            Map<String, Object> status = new LinkedHashMap<>(node);
            if (Boolean.TRUE.equals(node.get("running"))) {
                status.putAll(testnet.get(node, "/status").object());
                if ("validator".equals(node.get("role"))) {
                    status.put("block_hash",
                            testnet.get(node, "/chain/status").object().getOrDefault("hash", "-"));
                }
            }
            statuses.add(status);
        }
        if (options.json()) {
            Console.json(Map.of("nodes", statuses));
            return ExitCode.OK.number();
        }
        Console.result(Console.row(WIDTHS, "NODE", "READY", "HEIGHT", "BLOCK HASH", "PEERS",
                "SHARDS", "ADDRESSES", ""));
        for (Map<String, Object> status : statuses) {
            Console.result(Console.row(WIDTHS, status.get("name"),
                    Boolean.TRUE.equals(status.get("ready")) ? "yes" : "no", cell(status, "height"),
                    shorten(cell(status, "block_hash")), cell(status, "connected_peers"),
                    cell(status, "shards"),
                    "grpc " + cell(status, "grpc_port") + " http " + cell(status, "http_port"),
                    ""));
        }
        return ExitCode.OK.number();
    }

    private static String cell(Map<String, Object> status, String field) {
        Object value = status.get(field);
        return value == null ? "-" : value.toString();
    }

    private static String shorten(String hash) {
        return hash.length() > SHORT_HASH ? hash.substring(0, SHORT_HASH) : hash;
    }
}
