package network.dchat.testnet.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.KeyFile;
import network.dchat.validator.store.ConsensusKey;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.Role;

/// Makes the keys and the genesis of a fleet once and keeps them.
public final class FleetGenesis {
    private static final long POWER = 10;
    private static final long BALANCE = 1_000_000_000_000L;
    private static final long CAPACITY = 1L << 30;
    private static final long BLOCK_BYTES = 1024L * 1024;

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

    private static Genesis make(Path directory, List<NodePlan> nodes, InstantSource clock) {
        Genesis.Builder genesis = Genesis.newBuilder().setName("dchat-testnet")
                .setGenesisTimeMillis(clock.millis())
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(BLOCK_BYTES)
                        .setCommitmentFee(1).setMaxBatchCommitments(256).setMaxRootLeaves(1024));
        for (NodePlan node : nodes) {
            Path data = directory.resolve("nodes").resolve(node.name());
            PublicKey key = KeyFile.loadOrCreate(data.resolve("node.key")).publicKey();
            if (node.role() == Role.VALIDATOR) {
                genesis.addValidators(GenesisValidator.newBuilder().setPeerKey(key.bytes())
                        .setConsensusKey(consensusKey(data).bytes()).setPower(POWER)
                        .setName(node.name()).setOperator("testnet"));
            }
            if (node.role() == Role.RELAY || node.role() == Role.STORAGE) {
                genesis.addNodes(
                        GenesisNode.newBuilder().setPeerKey(key.bytes()).setRole(node.role())
                                .setOperator("testnet").setRegion("local").setCapacity(CAPACITY));
                genesis.addBalances(GenesisBalance.newBuilder()
                        .setAddress(WalletAddress.of(key).bytes()).setAmount(BALANCE));
            }
        }
        return genesis.build();
    }

    private static PublicKey consensusKey(Path data) {
        try {
            return ConsensusKey.prepare(data);
        } catch (IOException e) {
            throw new UncheckedIOException("consensus key in " + data + " cannot be made", e);
        }
    }
}
