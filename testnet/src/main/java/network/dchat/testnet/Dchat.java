package network.dchat.testnet;

import network.dchat.testnet.cli.AccountCommand;
import network.dchat.testnet.cli.BenchCommand;
import network.dchat.testnet.cli.Console;
import network.dchat.testnet.cli.DemoCommand;
import network.dchat.testnet.cli.ExitCode;
import network.dchat.testnet.cli.GenesisCommand;
import network.dchat.testnet.cli.KeysCommand;
import network.dchat.testnet.cli.LightCommand;
import network.dchat.testnet.cli.NodeCommand;
import network.dchat.testnet.cli.SimulateCommand;
import network.dchat.testnet.cli.StakeCommand;
import network.dchat.testnet.cli.TestnetCommand;
import network.dchat.testnet.cli.TransferCommand;
import network.dchat.testnet.cli.UnstakeCommand;
import network.dchat.testnet.cli.VerifyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/// The command `dchat`.
@Command(name = "dchat", description = "A decentralised chat network with portable proofs.",
        mixinStandardHelpOptions = true, version = "dchat 0.1.0",
        subcommands = {DemoCommand.class, TestnetCommand.class, NodeCommand.class,
                KeysCommand.class, GenesisCommand.class, TransferCommand.class, StakeCommand.class,
                UnstakeCommand.class, AccountCommand.class, VerifyCommand.class, LightCommand.class,
                BenchCommand.class, SimulateCommand.class, HelpCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed, or a proof that does not hold", "2:wrong arguments",
                "3:no testnet is running", "4:no JDK 25, or not healthy in time", "5:build failed",
                "6:a port is taken"})
public final class Dchat implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(),
                    "Which command? Try 'dchat demo' or 'dchat help'.");
        }
    }

    /// Runs a command and exits with its code.
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /// Runs a command and answers its exit code.
    public static int execute(String... arguments) {
        CommandLine line = new CommandLine(new Dchat());
        line.setExecutionExceptionHandler((failure, _, _) -> {
            Console.message("dchat: " + Console.whole(failure));
            return failure instanceof ExitCode.Failure known
                    ? known.code().number()
                    : ExitCode.FAILED.number();
        });
        return line.execute(arguments);
    }
}
