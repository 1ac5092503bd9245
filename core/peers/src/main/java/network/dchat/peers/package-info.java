/// Connections to other nodes: which are wanted, how healthy they are, which go first, and how well
/// each peer behaves (see the module's README).
@NullMarked
package network.dchat.peers;

import org.jspecify.annotations.NullMarked;
