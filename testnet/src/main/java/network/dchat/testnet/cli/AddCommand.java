package network.dchat.testnet.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `dchat testnet add storage|relay|user`
@Command(name = "add", description = "A new node joins the running network.",
        mixinStandardHelpOptions = true)
final class AddCommand implements Callable<Integer> {
    private static final List<String> KINDS = List.of("storage", "relay", "user");

    @Mixin
    private TestnetOptions options = new TestnetOptions();

    @Parameters(paramLabel = "KIND", description = "storage, relay or user")
    private String kind = "";

    @Override
    public Integer call() {
        if (!KINDS.contains(kind)) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    "kind: " + kind + " (expected: storage, relay or user)");
        }
        Map<String, Object> node = options.testnet().join("user".equals(kind) ? "client" : kind);
        if (options.json()) {
            Console.json(node);
        } else {
            Console.result(node.get("node") + " joined: " + node.get("id") + ", grpc "
                    + node.get("grpc_port") + ", http " + node.get("http_port"));
        }
        return ExitCode.OK.number();
    }
}
