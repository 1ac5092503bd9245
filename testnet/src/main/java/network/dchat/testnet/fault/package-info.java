/// Faults that a network must bear, made on purpose between real processes.
@NullMarked
package network.dchat.testnet.fault;

import org.jspecify.annotations.NullMarked;
