package network.dchat.testnet.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options of every testnet command.
final class TestnetOptions {
    @Option(names = "--data", paramLabel = "DIR",
            description = "directory of the testnet (default: .dchat/testnet in the checkout)")
    private @Nullable Path data;

    @Option(names = "--json", description = "results as JSON")
    private boolean json;

    Testnet testnet() {
        return new Testnet(data == null ? Testnet.defaultDirectory() : data);
    }

    boolean json() {
        return json;
    }
}
