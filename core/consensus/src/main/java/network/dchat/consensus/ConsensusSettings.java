package network.dchat.consensus;

import java.util.Optional;
import network.dchat.identity.PublicKey;

/// What a validator's consensus is made with.
///
/// @param key the own consensus key; empty for a node that only observes, also while an operator
///     has not said that a key without its guard may sign
/// @param timeouts how long to wait
/// @param limits the bounds
public record ConsensusSettings(Optional<PublicKey> key, Timeouts timeouts,
        ConsensusLimits limits) {}
