package network.dchat.testnet.fleet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import network.dchat.starter.node.GenesisFile;
import network.dchat.testnet.chain.GenesisEntry;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.Role;

/// The genesis of a fleet, made once and kept: its validators, relays and storage nodes, a balance
/// for each relay, and a treasury that pays for relays which join later.
public final class FleetGenesis {
    /// What a relay's account holds at first: fees and deposits of some billion messages.
    static final long BALANCE = 1_000_000_000_000L;

    private static final long TREASURY_BALANCE = 1_000_000 * BALANCE;
    private static final long CAPACITY = 1L << 30;
    private static final long BLOCK_BYTES = 1024L * 1024;
    private static final long POWER_UNIT = 1_000_000;
    private static final long EPOCH_ISSUANCE = 1_000_000;
    private static final long EPOCH_BLOCKS = 30;

    private FleetGenesis() {}

    /// The genesis file in the fleet's directory; keys of all nodes and the file are made the
    /// first time.
    public static Path ensure(Path directory, List<NodePlan> nodes, InstantSource clock) {
        Path file = directory.resolve("genesis.json");
        if (!Files.exists(file)) {
            GenesisFile.save(file, make(directory, nodes, clock));
        }
        return file;
    }

    /// Where the treasury's key lies.
    static Path treasury(Path directory) {
        return directory.resolve("treasury");
    }

    private static Genesis make(Path directory, List<NodePlan> nodes, InstantSource clock) {
        Genesis.Builder genesis = Genesis.newBuilder().setName("dchat-testnet")
                .setGenesisTimeMillis(clock.millis()).setParameters(briefParameters())
                .mergeFrom(entry(treasury(directory), "treasury").of(Role.CLIENT, 0,
                        TREASURY_BALANCE));
        for (NodePlan node : nodes) {
            boolean pays = node.role() == Role.RELAY || node.role() == Role.STORAGE;
            genesis.mergeFrom(entry(directory.resolve("nodes").resolve(node.name()), node.name())
                    .of(node.role(), CAPACITY, pays ? BALANCE : 0));
        }
        return genesis.build();
    }

    /// Limits and prices of a small network; its windows are those of the ledger, days long.
    public static ChainParameters parameters() {
        return ChainParameters.newBuilder().setMaxBlockBytes(BLOCK_BYTES).setCommitmentFee(1)
                .setMaxBatchCommitments(256).setMaxRootLeaves(1024).setPowerUnit(POWER_UNIT)
                .setEpochIssuance(EPOCH_ISSUANCE).build();
    }

    /// The same with windows so short that who looks on for minutes sees deliveries paid, epochs
    /// end and stakes come back.
    public static ChainParameters briefParameters() {
        return parameters().toBuilder().setEpochBlocks(EPOCH_BLOCKS)
                .setUnbondingMillis(Duration.ofMinutes(1).toMillis())
                .setAuditWindowMillis(Duration.ofSeconds(10).toMillis())
                .setClaimWindowMillis(Duration.ofHours(1).toMillis()).build();
    }

    private static GenesisEntry entry(Path data, String name) {
        return new GenesisEntry(data, name, "testnet", "local");
    }
}
