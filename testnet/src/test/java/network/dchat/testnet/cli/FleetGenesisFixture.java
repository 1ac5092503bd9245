package network.dchat.testnet.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import network.dchat.testnet.fleet.FleetGenesis;
import network.dchat.testnet.fleet.FleetPlan;
import network.dchat.testnet.fleet.FleetSize;

/// A real genesis with real keys, for tests that need no running network.
final class FleetGenesisFixture {
    private FleetGenesisFixture() {}

    static Path genesis(Path directory) {
        return FleetGenesis.ensure(directory, FleetPlan.of(new FleetSize(1, 1, 1, 0)).nodes(),
                InstantSource.system());
    }
}
