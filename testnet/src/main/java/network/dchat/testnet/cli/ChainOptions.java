package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.node.KeyFile;
import network.dchat.testnet.chain.ChainClient;
import picocli.CommandLine.Option;

/// Which chain, and over which node.
final class ChainOptions {
    @Option(names = "--node", required = true, paramLabel = "HOST:PORT",
            description = "gRPC address of a validator or relay")
    private String node = "";

    @Option(names = "--genesis", required = true, paramLabel = "FILE",
            description = "the network's genesis file")
    private Path genesis = Path.of("");

    @Option(names = "--timeout", defaultValue = "30", paramLabel = "SECONDS",
            description = "how long to wait for a block (default: ${DEFAULT-VALUE})")
    private int timeout;

    @Option(names = "--json", description = "result as JSON")
    private boolean json;

    boolean json() {
        return json;
    }

    Duration timeout() {
        return Duration.ofSeconds(timeout);
    }

    /// A client that shows and signs with a key.
    ChainClient client(SigningKey key) throws IOException {
        HostAndPort address = address();
        if (!Files.exists(genesis)) {
            throw new ExitCode.Failure(ExitCode.USAGE, "--genesis: " + genesis + " does not exist");
        }
        return new ChainClient(GenesisIdentity.of(GenesisFile.load(genesis)).networkId(), key,
                address);
    }

    /// The key in a file that must be there.
    static SigningKey key(String option, Path file) {
        if (!Files.exists(file)) {
            throw new ExitCode.Failure(ExitCode.USAGE, option + ": " + file + " does not exist");
        }
        return KeyFile.loadOrCreate(file);
    }

    /// An amount of at least so many units.
    static void requireAmount(long amount, long least) {
        if (amount < least) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    "--amount: " + amount + " (expected: " + least + " or more)");
        }
    }

    /// An account by its address or by the peer id of its owner.
    static WalletAddress account(String option, String text) {
        Optional<WalletAddress> account = WalletAddress.parse(text)
                .or(() -> PeerId.parse(text).map(peer -> WalletAddress.of(peer.publicKey())));
        return account.orElseThrow(() -> new ExitCode.Failure(ExitCode.USAGE,
                option + ": " + text + " (expected: 0x and 40 hex digits, or a peer id)"));
    }

    private HostAndPort address() {
        try {
            return HostAndPort.parse(node);
        } catch (IllegalArgumentException e) {
            throw new ExitCode.Failure(ExitCode.USAGE, "--node: " + Console.reason(e));
        }
    }
}
