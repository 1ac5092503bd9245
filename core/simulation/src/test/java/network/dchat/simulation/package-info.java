/// Proofs that the simulator keeps the contract and finds mistakes.
@NullMarked
package network.dchat.simulation;

import org.jspecify.annotations.NullMarked;
