package network.dchat.testnet.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.node.KeyFile;
import network.dchat.testnet.chain.GenesisEntry;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `dchat keys`: makes the keys of a node once and prints what it brings to a genesis.
@Command(name = "keys", description = "Makes a node's keys and prints its genesis entry.",
        mixinStandardHelpOptions = true)
public final class KeysCommand implements Callable<Integer> {
    private static final String WALLET = "wallet";
    private static final List<String> ROLES = List.of("validator", "relay", "storage", "discovery",
            "gateway", WALLET);

    @Option(names = "--role", required = true,
            description = "validator, relay, storage, discovery, gateway or wallet (of no node)")
    private String role = "";

    @Option(names = "--data", required = true, paramLabel = "DIR",
            description = "the node's data directory; its private keys stay there")
    private Path data = Path.of("");

    @Option(names = "--name", description = "what people call the node (default: the role)")
    private String name = "";

    @Option(names = "--operator", defaultValue = "operator",
            description = "who runs it (default: ${DEFAULT-VALUE})")
    private String operator = "";

    @Option(names = "--region", defaultValue = "local",
            description = "where it runs (default: ${DEFAULT-VALUE})")
    private String region = "";

    @Option(names = "--capacity", defaultValue = "1073741824", paramLabel = "BYTES",
            description = "what a storage node offers (default: ${DEFAULT-VALUE})")
    private long capacity;

    @Option(names = "--balance", defaultValue = "0", paramLabel = "UNITS",
            description = "what its account holds at first (default: ${DEFAULT-VALUE})")
    private long balance;

    @Override
    public Integer call() throws InvalidProtocolBufferException {
        if (!ROLES.contains(role)) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    "--role: " + role + " (expected: one of " + ROLES + ")");
        }
        if (balance < 0 || capacity < 0) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    "--balance, --capacity: below 0 (expected: 0 or more)");
        }
        Role kind = WALLET.equals(role)
                ? Role.ROLE_UNSPECIFIED
                : Role.valueOf(role.toUpperCase(Locale.ROOT));
        Genesis entry = new GenesisEntry(data, name.isEmpty() ? role : name, operator, region)
                .of(kind, capacity, balance);
        PublicKey key = KeyFile.loadOrCreate(data.resolve("node.key")).publicKey();
        Console.message("peer " + PeerId.of(key) + ", account " + WalletAddress.of(key));
        Console.result(JsonFormat.printer().print(entry));
        return ExitCode.OK.number();
    }
}
