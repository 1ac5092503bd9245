package network.dchat.consensus;

import java.util.function.Function;
import java.util.function.Supplier;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockId;

/// The pieces of a height that are the same for all heights.
///
/// @param timeouts how long to wait
/// @param limits the bounds
/// @param quorum when votes suffice
/// @param rounds makes the round machine of a height
record HeightParts(Timeouts timeouts, ConsensusLimits limits, Function<ValidatorSet, Quorum> quorum,
        Supplier<RoundMachine<BlockId>> rounds) {
    /// What a validator runs. Tests put broken pieces in their places and must see them fail.
    static HeightParts standard(Timeouts timeouts, ConsensusLimits limits) {
        return new HeightParts(timeouts, limits, Quorum::of, RoundMachine::new);
    }
}
