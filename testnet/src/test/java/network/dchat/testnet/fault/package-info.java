@NullMarked
package network.dchat.testnet.fault;

import org.jspecify.annotations.NullMarked;
