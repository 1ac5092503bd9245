/// The distributed hash table: who is in the network, and the signed records it keeps (see the
/// module's README).
@NullMarked
package network.dchat.dht;

import org.jspecify.annotations.NullMarked;
