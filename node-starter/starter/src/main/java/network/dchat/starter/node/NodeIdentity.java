package network.dchat.starter.node;

import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.Genesis;

/// Who this node is, and to which network it belongs.
///
/// @param key     the node's key; its public half is the peer id
/// @param genesis the genesis that was read at the start
/// @param network network id and chain id of that genesis
public record NodeIdentity(SigningKey key, Genesis genesis, GenesisIdentity network) {
    /// The node's name on the network.
    public PeerId peerId() {
        return PeerId.of(key.publicKey());
    }

    /// What every signature of this network is bound to.
    public NetworkId networkId() {
        return network.networkId();
    }

    /// Reads or makes the key `node.key` in the data directory and reads the genesis.
    public static NodeIdentity load(NodeProperties properties) {
        SigningKey key = KeyFile.loadOrCreate(properties.dataDirectory().resolve("node.key"));
        Genesis genesis = GenesisFile.load(properties.genesis());
        return new NodeIdentity(key, genesis, GenesisIdentity.of(genesis));
    }
}
