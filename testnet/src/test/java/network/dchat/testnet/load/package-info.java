@NullMarked
package network.dchat.testnet.load;

import org.jspecify.annotations.NullMarked;
