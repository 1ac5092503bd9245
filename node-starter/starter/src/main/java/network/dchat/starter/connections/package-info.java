/// The node's connections to its peers.
@NullMarked
package network.dchat.starter.connections;

import org.jspecify.annotations.NullMarked;
