package network.dchat.storage;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.AccessGrant;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.Role;

/// Who may read in a collection: whoever shows the owner's grant, and the registered storage nodes,
/// since nodes of one placement repair each other.
public final class ReadRights {
    private final NetworkId network;
    private final Set<PeerId> genesisNodes;
    private volatile Set<PeerId> registered = Set.of();

    /// Rights in this node's network, as long as only the genesis is known.
    public ReadRights(NodeIdentity identity) {
        this.network = identity.networkId();
        this.genesisNodes = identity.genesis().getNodesList().stream()
                .filter(node -> node.getRole() == Role.STORAGE).map(GenesisNode::getPeerKey)
                .flatMap(key -> PublicKey.parse(key).stream()).map(PeerId::of)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Takes the storage nodes that the chain names now.
    public void registered(Set<PeerId> nodes) {
        registered = Set.copyOf(nodes);
    }

    /// True when this is a storage node of the genesis or of the chain.
    public boolean isStorageNode(PeerId peer) {
        return genesisNodes.contains(peer) || registered.contains(peer);
    }

    /// Why a caller may not read there; empty when it may.
    public Optional<Rejection> refuseRead(PeerId caller, CertifiedGrant grant, WalletAddress owner,
            String collection, long nowMillis) {
        if (isStorageNode(caller)) {
            return Optional.empty();
        }
        return AccessGrant.verify(grant, network, nowMillis).then(
                verified -> verified.permits(caller, GrantAction.READ_COLLECTION, owner, collection)
                        ? Verified.accepted(verified)
                        : Verified.<AccessGrant>rejected(RejectionCode.NOT_AUTHORISED,
                                "grant: not for this caller, action, owner and collection"))
                .refusal();
    }
}
