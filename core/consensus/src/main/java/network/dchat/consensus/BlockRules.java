package network.dchat.consensus;

import java.util.Optional;
import network.dchat.ledger.ChainState;
import network.dchat.wire.v1.Block;

/// What makes a block valid at one height: a pure function of the chain up to the block before.
interface BlockRules {
    /// Why the block must not follow; empty when it may.
    Optional<String> fault(Block block);

    /// The state after a valid block.
    ChainState stateAfter(Block block);

    /// The most bytes that a block of this chain may have.
    int maximumBlockBytes();
}
