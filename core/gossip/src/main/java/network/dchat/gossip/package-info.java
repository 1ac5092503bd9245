/// Gossip: small signed messages flooded to all nodes, each seen once (see the module's README).
@NullMarked
package network.dchat.gossip;

import org.jspecify.annotations.NullMarked;
