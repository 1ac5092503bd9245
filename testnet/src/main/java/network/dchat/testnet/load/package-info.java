/// Load as relays make it: signed batches of commitments at a constant rate, each followed from
/// its submission to the block that makes it final.
@NullMarked
package network.dchat.testnet.load;

import org.jspecify.annotations.NullMarked;
