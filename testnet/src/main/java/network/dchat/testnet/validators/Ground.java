package network.dchat.testnet.validators;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.KeyFile;
import network.dchat.testnet.chain.GenesisEntry;
import network.dchat.testnet.fleet.FleetGenesis;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Role;

/// What validators need before they start: keys, a genesis, and accounts of relays that can pay
/// for what they submit.
///
/// @param directory where all of it lies
/// @param network   the network of the genesis
/// @param relays    keys of the accounts, in order
public record Ground(Path directory, NetworkId network, List<SigningKey> relays) {
    private static final long BALANCE = 1_000_000_000_000L;

    public Ground {
        relays = List.copyOf(relays);
    }

    /// Makes keys and genesis in an empty directory.
    public static Ground prepare(Path directory, int validators, int relays, InstantSource clock)
            throws IOException {
        Files.createDirectories(directory);
        Genesis.Builder genesis = Genesis.newBuilder().setName("dchat-measure")
                .setGenesisTimeMillis(clock.millis()).setParameters(FleetGenesis.briefParameters());
        for (int index = 0; index < validators; index++) {
            genesis.mergeFrom(
                    entry(directory.resolve(name(index)), name(index)).of(Role.VALIDATOR, 0, 0));
        }
        List<SigningKey> keys = new ArrayList<>();
        for (int index = 0; index < relays; index++) {
            Path data = directory.resolve("relay" + (index + 1));
            genesis.mergeFrom(entry(data, "relay" + (index + 1)).of(Role.RELAY, 0, BALANCE));
            keys.add(KeyFile.loadOrCreate(data.resolve("node.key")));
        }
        Genesis made = genesis.build();
        GenesisFile.save(directory.resolve("genesis.json"), made);
        return new Ground(directory, GenesisIdentity.of(made).networkId(), keys);
    }

    private static GenesisEntry entry(Path data, String name) {
        return new GenesisEntry(data, name, name, "local");
    }

    /// The genesis file.
    public Path genesis() {
        return directory.resolve("genesis.json");
    }

    /// The name of a validator, counted from 0: the first is `validator1`.
    public static String name(int index) {
        return "validator" + (index + 1);
    }

    /// Where a validator keeps its keys and its data.
    public Path data(int index) {
        return directory.resolve(name(index));
    }
}
