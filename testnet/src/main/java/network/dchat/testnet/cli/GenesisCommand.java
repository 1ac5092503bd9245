package network.dchat.testnet.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import network.dchat.identity.GenesisIdentity;
import network.dchat.ledger.GenesisRules;
import network.dchat.starter.node.GenesisFile;
import network.dchat.testnet.fleet.FleetGenesis;
import network.dchat.wire.v1.Genesis;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `dchat genesis`: merges the entries of all first nodes to one genesis file.
@Command(name = "genesis", description = "Makes a network's genesis of its first nodes' entries.",
        mixinStandardHelpOptions = true)
public final class GenesisCommand implements Callable<Integer> {
    @Option(names = "--name", defaultValue = "dchat",
            description = "the network's name, at most 17 bytes (default: ${DEFAULT-VALUE})")
    private String name = "";

    @Option(names = "--out", required = true, paramLabel = "FILE",
            description = "where it is written; a file that is there stays")
    private Path out = Path.of("");

    @Parameters(arity = "1..*", paramLabel = "ENTRY",
            description = "what 'dchat keys' printed on each node")
    private List<Path> entries = new ArrayList<>();

    @Override
    public Integer call() {
        if (Files.exists(out)) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    "--out: " + out + " exists; a genesis is never changed");
        }
        Genesis.Builder merged = Genesis.newBuilder().setName(name)
                .setGenesisTimeMillis(Clock.systemUTC().millis())
                .setParameters(FleetGenesis.parameters());
        entries.forEach(entry -> merge(entry, merged));
        try {
            Genesis genesis = GenesisRules.require(merged.build());
            GenesisFile.save(out, genesis);
            Console.result(out + ": chain " + GenesisIdentity.of(genesis).chainId() + ", "
                    + genesis.getValidatorsCount() + " validators, " + genesis.getNodesCount()
                    + " relays and storage nodes");
        } catch (IllegalArgumentException e) {
            throw new ExitCode.Failure(ExitCode.USAGE, "no valid genesis: " + Console.reason(e));
        }
        return ExitCode.OK.number();
    }

    private static void merge(Path entry, Genesis.Builder into) {
        try {
            Genesis.Builder read = Genesis.newBuilder();
            JsonFormat.parser().merge(Files.readString(entry), read);
            into.addAllValidators(read.getValidatorsList()).addAllNodes(read.getNodesList())
                    .addAllBalances(read.getBalancesList());
        } catch (InvalidProtocolBufferException e) {
            throw new ExitCode.Failure(ExitCode.USAGE, entry + " is no entry: " + e.getMessage());
        } catch (IOException e) {
            throw new ExitCode.Failure(ExitCode.USAGE,
                    entry + " cannot be read: " + Console.reason(e));
        }
    }
}
