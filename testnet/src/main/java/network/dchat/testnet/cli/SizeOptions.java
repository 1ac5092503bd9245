package network.dchat.testnet.cli;

import network.dchat.testnet.fleet.FleetSize;
import picocli.CommandLine.Option;

/// How many nodes of each kind.
final class SizeOptions {
    @Option(names = "--validators", defaultValue = "4",
            description = "validators, 1 to 5 (default: ${DEFAULT-VALUE})")
    private int validators;

    @Option(names = "--relays", defaultValue = "7",
            description = "relays, 1 to 15 (default: ${DEFAULT-VALUE})")
    private int relays;

    @Option(names = "--storage", defaultValue = "15",
            description = "storage nodes, 1 to 60 (default: ${DEFAULT-VALUE})")
    private int storage;

    @Option(names = "--users", defaultValue = "3",
            description = "users, 0 to 40 (default: ${DEFAULT-VALUE})")
    private int users;

    FleetSize size() {
        try {
            return new FleetSize(validators, relays, storage, users);
        } catch (IllegalArgumentException e) {
            throw new ExitCode.Failure(ExitCode.USAGE, Console.reason(e));
        }
    }
}
