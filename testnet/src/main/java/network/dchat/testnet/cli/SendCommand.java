package network.dchat.testnet.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `dchat testnet send`
@Command(name = "send", description = "Sends a message and shows its life and its proof.",
        mixinStandardHelpOptions = true)
final class SendCommand implements Callable<Integer> {
    @Mixin
    private TestnetOptions options = new TestnetOptions();

    @Option(names = "--from", required = true, paramLabel = "USER", description = "user1 …")
    private String from = "";

    @Option(names = "--to", required = true, paramLabel = "USER", description = "user2 …")
    private String to = "";

    @Option(names = "--timeout", defaultValue = "60", paramLabel = "SECONDS",
            description = "how long to follow it (default: ${DEFAULT-VALUE})")
    private int timeout;

    @Parameters(paramLabel = "TEXT", description = "the message")
    private String text = "";

    @Override
    public Integer call() {
        boolean json = options.json();
        Life life = Life.follow(options.testnet(), new Life.Route(from, to, text),
                Duration.ofSeconds(timeout), json ? _ -> {
                } : Console::result);
        if (json) {
            Console.json(life.json());
        } else {
            Console.result("proof      " + life.proof());
        }
        return ExitCode.OK.number();
    }
}
