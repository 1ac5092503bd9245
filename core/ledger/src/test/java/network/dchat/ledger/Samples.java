package network.dchat.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.Role;

/// Keys, hashes and a genesis that are the same in every run.
final class Samples {
    static final long GENESIS_MILLIS = 1_800_000_000_000L;
    static final long FEE = 4;
    static final long RICH = 1_000_000;
    /// What the four validators have at stake.
    static final long STAKED = 40;

    private Samples() {}

    static Hash hash(String name) {
        return Sha256.of(ByteString.copyFromUtf8(name));
    }

    static SigningKey key(String name) {
        return SigningKey.fromSeed(hash("key " + name).bytes());
    }

    static WalletAddress address(String name) {
        return WalletAddress.of(key(name).publicKey());
    }

    static OrderCommitment commitment(String name) {
        return new OrderCommitment(hash("commitment " + name));
    }

    static List<OrderCommitment> commitments(String name, int count) {
        List<OrderCommitment> result = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            result.add(commitment(name + index));
        }
        return result;
    }

    static Timestamp time(long millis) {
        return Timestamp.newBuilder().setSeconds(millis / 1000)
                .setNanos((int) (millis % 1000) * 1_000_000).build();
    }

    /// Four validators, relay1 and relay2 with a million units each, storage1 to storage3.
    static Genesis genesis() {
        return genesis("test");
    }

    static Genesis genesis(String name) {
        Genesis.Builder genesis = Genesis.newBuilder().setName(name)
                .setGenesisTimeMillis(GENESIS_MILLIS)
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1024 * 1024)
                        .setCommitmentFee(FEE).setMaxBatchCommitments(256).setMaxRootLeaves(1024));
        for (int index = 1; index <= 4; index++) {
            genesis.addValidators(GenesisValidator.newBuilder()
                    .setPeerKey(key("validator" + index).publicKey().bytes())
                    .setConsensusKey(key("consensus" + index).publicKey().bytes()).setPower(10)
                    .setName("validator" + index).setOperator("operator" + index));
        }
        for (String relay : List.of("relay1", "relay2")) {
            genesis.addNodes(node(relay, Role.RELAY));
            genesis.addBalances(
                    GenesisBalance.newBuilder().setAddress(address(relay).bytes()).setAmount(RICH));
        }
        for (String storage : List.of("storage1", "storage2", "storage3")) {
            genesis.addNodes(node(storage, Role.STORAGE));
        }
        return genesis.build();
    }

    private static GenesisNode.Builder node(String name, Role role) {
        return GenesisNode.newBuilder().setPeerKey(key(name).publicKey().bytes()).setRole(role)
                .setOperator("operator1").setRegion("north").setCapacity(1 << 30);
    }
}
