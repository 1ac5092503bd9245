package network.dchat.testnet.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Account;
import network.dchat.ledger.Transaction;
import network.dchat.testnet.chain.ChainClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `dchat account`: what the chain knows of an account.
@Command(name = "account", description = "Shows an account: balance, stake, last sequence.",
        mixinStandardHelpOptions = true)
public final class AccountCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ACCOUNT", description = "0x… or a peer id")
    private String account = "";

    @Mixin
    private ChainOptions chain = new ChainOptions();

    @Override
    public Integer call() throws IOException {
        WalletAddress address = ChainOptions.account("ACCOUNT", account);
        byte[] seed = new byte[SigningKey.SEED_LENGTH];
        new SecureRandom().nextBytes(seed);
        try (ChainClient client = chain.client(SigningKey.fromSeed(ByteString.copyFrom(seed)))) {
            tell(chain, client.account(address), Optional.empty());
            return ExitCode.OK.number();
        }
    }

    /// Tells an account, after a transaction of its owner where there is one.
    static void tell(ChainOptions chain, Account account, Optional<Transaction> after) {
        if (!chain.json()) {
            Console.result(account.address() + " has " + account.balance() + " units and "
                    + account.stake() + " at stake");
            return;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        after.ifPresent(done -> result.put("transaction", done.hash().toString()));
        result.put("account", account.address().toString());
        result.put("balance", account.balance());
        result.put("stake", account.stake());
        result.put("highest_sequence", account.sequences().highest());
        Console.json(result);
    }
}
