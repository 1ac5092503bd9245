/// Classes that break the rules of the house, to see that the rules find them.
@NullMarked
package network.dchat.testnet.house.breach.dht;

import org.jspecify.annotations.NullMarked;
