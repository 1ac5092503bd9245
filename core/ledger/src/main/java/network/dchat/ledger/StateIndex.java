package network.dchat.ledger;

import java.util.NavigableMap;
import network.dchat.identity.PublicKey;
import network.dchat.wire.v1.EpochDuty;
import network.dchat.wire.v1.RegisteredNode;
import network.dchat.wire.v1.Supply;

/// What is kept beside a state's tree, because it is asked for often. It follows from the tree
/// alone. Immutable.
///
/// @param nodes relays and storage nodes, by key
/// @param registry consensus keys that were staked for
/// @param timeline who votes and proposes around the last block
/// @param deadlines what later blocks will end
/// @param epoch what validators did in the epoch at hand
/// @param supply where all units are
record StateIndex(NavigableMap<PublicKey, RegisteredNode> nodes, ValidatorRegistry registry,
        ValidatorTimeline timeline, Deadlines deadlines, EpochDuty epoch, Supply supply) {}
