/// Measurements of a whole network of validators, each beside what the machine could do at best.
@NullMarked
package network.dchat.testnet.bench;

import org.jspecify.annotations.NullMarked;
