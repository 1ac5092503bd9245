package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Transaction;
import network.dchat.testnet.chain.ChainClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `dchat stake`: puts units of a node's account at stake; a validator's first time names its
/// consensus key.
@Command(name = "stake", description = "Puts a node's units at stake.",
        mixinStandardHelpOptions = true)
public final class StakeCommand implements Callable<Integer> {
    @Option(names = "--key", required = true, paramLabel = "FILE",
            description = "key file of the node whose units they are")
    private Path key = Path.of("");

    @Option(names = "--amount", required = true, paramLabel = "UNITS",
            description = "1 or more; 0 with --validator")
    private long amount;

    @Option(names = "--validator", paramLabel = "DIR",
            description = "data directory of the validator: its consensus key votes from then on")
    private @Nullable Path validator;

    @Mixin
    private ChainOptions chain = new ChainOptions();

    @Override
    public Integer call() throws IOException {
        SigningKey owner = ChainOptions.key("--key", key);
        ChainOptions.requireAmount(amount, validator == null ? 1 : 0);
        Optional<SigningKey> consensusKey = Optional.ofNullable(validator).map(
                directory -> ChainOptions.key("--validator", directory.resolve("consensus.key")));
        try (ChainClient client = chain.client(owner)) {
            Transaction done = client.stake(amount, consensusKey, chain.timeout());
            AccountCommand.tell(chain, client.account(client.address()), Optional.of(done));
            return ExitCode.OK.number();
        }
    }
}
