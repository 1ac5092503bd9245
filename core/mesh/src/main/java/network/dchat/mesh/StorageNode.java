package network.dchat.mesh;

import network.dchat.identity.PeerId;

/// A storage node as the chain's registry names it.
///
/// @param peer the node
/// @param seat where it sits
/// @param operator who runs it, as registered; empty when not told
public record StorageNode(PeerId peer, Seat seat, String operator) {}
