package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Transaction;
import network.dchat.testnet.chain.ChainClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private ChainOptions chain = new ChainOptions();

    @Override
    public Integer call() throws IOException {
        SigningKey payer = ChainOptions.key("--key", key);
        ChainOptions.requireAmount(amount, 1);
        WalletAddress recipient = ChainOptions.account("--to", to);
        try (ChainClient client = chain.client(payer)) {
            Transaction paid = client.transfer(recipient, amount, chain.timeout());
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("transaction", paid.hash().toString());
            result.put("from", client.address().toString());
            result.put("to", recipient.toString());
            result.put("amount", amount);
            result.put("balance", client.account(recipient).balance());
            if (chain.json()) {
                Console.json(result);
            } else {
                Console.result("paid " + amount + " units to " + recipient + ", which has "
                        + result.get("balance"));
            }
            return ExitCode.OK.number();
        }
    }
}
