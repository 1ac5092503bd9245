package network.dchat.testnet.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `dchat testnet start`
@Command(name = "start", description = "Starts the testnet in the background.",
        mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {
    @Mixin
    private TestnetOptions options = new TestnetOptions();

    @Mixin
    private SizeOptions size = new SizeOptions();

    @Option(names = "--wait", description = "return when every node is ready")
    private boolean untilHealthy;

    @Option(names = "--timeout", defaultValue = "180", paramLabel = "SECONDS",
            description = "how long to wait (default: ${DEFAULT-VALUE})")
    private int timeout;

    @Override
    public Integer call() {
        Instant began = Instant.now();
        Testnet testnet = options.testnet();
        testnet.start(size.size(), untilHealthy, Duration.ofSeconds(timeout));
        double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
        if (options.json()) {
            Console.json(Map.of("running", true, "nodes", testnet.nodes().size(), "healthy",
                    testnet.notReady().isEmpty(), "seconds", seconds, "data",
                    testnet.directory().toString()));
        } else {
            Console.result(String.format("testnet runs: %d nodes, %s, after %.1f s",
                    testnet.nodes().size(),
                    testnet.notReady().isEmpty() ? "all healthy" : "coming up", seconds));
        }
        return ExitCode.OK.number();
    }
}
