/// Who this node is: properties, key file, genesis.
@NullMarked
package network.dchat.starter.node;

import org.jspecify.annotations.NullMarked;
