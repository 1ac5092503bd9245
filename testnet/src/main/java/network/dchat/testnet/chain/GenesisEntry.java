package network.dchat.testnet.chain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.node.KeyFile;
import network.dchat.validator.store.ConsensusKey;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.Role;

/// What one node brings to a genesis: a part of it that can be merged with those of the others. Its
/// keys are made where they do not exist; the private halves never leave the data directory.
///
/// @param data     the node's data directory
/// @param name     what people call it
/// @param operator who runs it, at most 64 characters
/// @param region   where, at most 32 characters
public record GenesisEntry(Path data, String name, String operator, String region) {
    /// Voting power of a validator.
    private static final long POWER = 10;

    /// The entry of a node.
    ///
    /// @param capacity bytes that a storage node offers
    /// @param balance units that its account has at first
    public Genesis of(Role role, long capacity, long balance) {
        PublicKey key = KeyFile.loadOrCreate(data.resolve("node.key")).publicKey();
        Genesis.Builder part = Genesis.newBuilder();
        switch (role) {
            case VALIDATOR -> part.addValidators(GenesisValidator.newBuilder()
                    .setPeerKey(key.bytes()).setConsensusKey(consensusKey().bytes()).setPower(POWER)
                    .setName(name).setOperator(operator));
            case RELAY, STORAGE -> part.addNodes(GenesisNode.newBuilder().setPeerKey(key.bytes())
                    .setRole(role).setOperator(operator).setRegion(region).setCapacity(capacity));
            case DISCOVERY, GATEWAY, CLIENT, ROLE_UNSPECIFIED, UNRECOGNIZED -> {
                // Such nodes stand in no genesis; only a balance may.
            }
        }
        if (balance > 0) {
            part.addBalances(GenesisBalance.newBuilder().setAddress(WalletAddress.of(key).bytes())
                    .setAmount(balance));
        }
        return part.build();
    }

    private PublicKey consensusKey() {
        try {
            return ConsensusKey.prepare(data);
        } catch (IOException e) {
            throw new UncheckedIOException("consensus key in " + data + " cannot be made", e);
        }
    }
}
