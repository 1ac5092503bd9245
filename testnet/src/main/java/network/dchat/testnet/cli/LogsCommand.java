package network.dchat.testnet.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `dchat testnet logs [node]`
@Command(name = "logs", description = "The log of the testnet, or the lines of one node.",
        mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
    @Mixin
    private TestnetOptions options = new TestnetOptions();

    @Parameters(arity = "0..1", defaultValue = "", paramLabel = "NODE",
            description = "validator1, relay3 …")
    private String node = "";

    @Override
    public Integer call() throws IOException {
        Testnet testnet = options.testnet();
        if (!Files.exists(testnet.log())) {
            throw new ExitCode.Failure(ExitCode.NOT_RUNNING,
                    "there is no log in " + testnet.directory() + "; start a testnet first");
        }
        try (Stream<String> lines = Files.lines(testnet.log())) {
            lines.filter(line -> node.isEmpty() || line.contains("[" + node + "-")
                    || line.contains("[" + node + "]")).forEach(Console::result);
        }
        return ExitCode.OK.number();
    }
}
