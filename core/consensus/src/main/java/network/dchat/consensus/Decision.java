package network.dchat.consensus;

import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.CommittedBlock;

/// A final height.
///
/// @param block the block, the commit that decided it and the set that signed
/// @param id the block's id
/// @param chain the chain after this block
public record Decision(CommittedBlock block, BlockId id, Chain chain) {}
