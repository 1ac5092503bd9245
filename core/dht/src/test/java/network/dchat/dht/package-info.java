/// Tests of the DHT.
@NullMarked
package network.dchat.dht;

import org.jspecify.annotations.NullMarked;
