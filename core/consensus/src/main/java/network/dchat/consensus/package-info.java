/// Tendermint consensus (arXiv 1807.04938) as a pure state machine, in four layers: the round
/// machine (the paper's rules), the vote keeper (who voted what, with which weight), the driver
/// of a height (proposer, timers, candidates) and the node machine
/// [network.dchat.consensus.Consensus] with its inputs and effects.
@NullMarked
package network.dchat.consensus;

import org.jspecify.annotations.NullMarked;
