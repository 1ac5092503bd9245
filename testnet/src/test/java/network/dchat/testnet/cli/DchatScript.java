package network.dchat.testnet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The script of the checkout, as a person calls it; what it runs is built already.
final class DchatScript {
    private DchatScript() {}

    /// A command of the script, not started.
    static ProcessBuilder command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of("..").resolve("dchat").toAbsolutePath().normalize().toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DCHAT_BUILD", "never");
        return builder;
    }
}
