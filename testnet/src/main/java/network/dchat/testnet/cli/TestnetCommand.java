package network.dchat.testnet.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `dchat testnet`: a whole network on this machine.
@Command(name = "testnet", description = "A whole network on this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {StartCommand.class, StopCommand.class, HealthCommand.class,
                StatusCommand.class, SendCommand.class, LogsCommand.class, AddCommand.class,
                HelpCommand.class})
public final class TestnetCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "Which command? Try 'dchat testnet start' or 'dchat testnet help'.");
        }
    }
}
