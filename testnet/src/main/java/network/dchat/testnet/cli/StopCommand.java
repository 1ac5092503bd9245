package network.dchat.testnet.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `dchat testnet stop`
@Command(name = "stop", description = "Stops the testnet in good order; its data stays.",
        mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {
    @Mixin
    private TestnetOptions options = new TestnetOptions();

    @Override
    public Integer call() {
        boolean ran = options.testnet().stop();
        if (options.json()) {
            Console.json(Map.of("stopped", ran));
        } else {
            Console.result(ran ? "testnet stopped" : "no testnet was running");
        }
        return ran ? ExitCode.OK.number() : ExitCode.NOT_RUNNING.number();
    }
}
