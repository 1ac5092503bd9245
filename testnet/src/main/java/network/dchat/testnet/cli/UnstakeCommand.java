package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Transaction;
import network.dchat.testnet.chain.ChainClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `dchat unstake`: takes units out of a node's stake; a validator without stake leaves the set two
/// heights later.
@Command(name = "unstake", description = "Takes units out of a node's stake.",
        mixinStandardHelpOptions = true)
public final class UnstakeCommand implements Callable<Integer> {
    @Option(names = "--key", required = true, paramLabel = "FILE",
            description = "key file of the node whose units they are")
    private Path key = Path.of("");

    @Option(names = "--amount", required = true, paramLabel = "UNITS",
            description = "1 or more; they can be spent when the unbonding time is over")
    private long amount;

    @Mixin
    private ChainOptions chain = new ChainOptions();

    @Override
    public Integer call() throws IOException {
        SigningKey owner = ChainOptions.key("--key", key);
        ChainOptions.requireAmount(amount, 1);
        try (ChainClient client = chain.client(owner)) {
            Transaction done = client.unstake(amount, chain.timeout());
            AccountCommand.tell(chain, client.account(client.address()), Optional.of(done));
            return ExitCode.OK.number();
        }
    }
}
