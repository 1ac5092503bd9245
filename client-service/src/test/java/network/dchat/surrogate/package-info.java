/// Stand-ins for the rest of the network, outside the component scan of the node under test.
@NullMarked
package network.dchat.surrogate;

import org.jspecify.annotations.NullMarked;
