package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Transaction;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.HostAndPort;
import network.dchat.starter.node.KeyFile;
import network.dchat.testnet.chain.ChainClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `dchat transfer`: pays units from one account to another, such as that of a relay which joins.
@Command(name = "transfer", description = "Pays units to an account, such as a new relay's.",
        mixinStandardHelpOptions = true)
public final class TransferCommand implements Callable<Integer> {
    @Option(names = "--key", required = true, paramLabel = "FILE",
            description = "key file of who pays; not that of a relay that runs")
    private Path key = Path.of("");

    @Option(names = "--to", required = true, paramLabel = "ACCOUNT",
            description = "0x… or a peer id")
    private String to = "";

    @Option(names = "--amount", required = true, paramLabel = "UNITS", description = "1 or more")
    private long amount;

    @Option(names = "--node", required = true, paramLabel = "HOST:PORT",
            description = "gRPC address of a validator or relay")
    private String node = "";

    @Option(names = "--genesis", required = true, paramLabel = "FILE",
            description = "the network's genesis file")
    private Path genesis = Path.of("");

    @Option(names = "--timeout", defaultValue = "30", paramLabel = "SECONDS",
            description = "how long to wait for its block (default: ${DEFAULT-VALUE})")
    private int timeout;

    @Option(names = "--json", description = "result as JSON")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(key)) {
            throw new ExitCode.Failure(ExitCode.USAGE, "--key: " + key + " does not exist");
        }
        if (amount < 1) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    "--amount: " + amount + " (expected: 1 or more)");
        }
        WalletAddress recipient = recipient();
        HostAndPort address = address();
        try (ChainClient client = new ChainClient(
                GenesisIdentity.of(GenesisFile.load(genesis)).networkId(),
                KeyFile.loadOrCreate(key), address)) {
            Transaction paid = client.transfer(recipient, amount, Duration.ofSeconds(timeout));
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("transaction", paid.hash().toString());
            result.put("from", client.address().toString());
            result.put("to", recipient.toString());
            result.put("amount", amount);
            result.put("balance", client.account(recipient).balance());
            if (json) {
                Console.json(result);
            } else {
                Console.result("paid " + amount + " units to " + recipient + ", which has "
                        + result.get("balance"));
            }
            return ExitCode.OK.number();
        }
    }

    private WalletAddress recipient() {
        Optional<WalletAddress> account = WalletAddress.parse(to)
                .or(() -> PeerId.parse(to).map(peer -> WalletAddress.of(peer.publicKey())));
        return account.orElseThrow(() -> new ExitCode.Failure(ExitCode.USAGE,
                "--to: " + to + " (expected: 0x and 40 hex digits, or a peer id)"));
    }

    private HostAndPort address() {
        try {
            return HostAndPort.parse(node);
        } catch (IllegalArgumentException e) {
            throw new ExitCode.Failure(ExitCode.USAGE, "--node: " + Console.reason(e));
        }
    }
}
