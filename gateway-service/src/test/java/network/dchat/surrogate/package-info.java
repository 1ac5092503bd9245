/// The rest of a network for tests of the gateway, outside of its component scan.
@NullMarked
package network.dchat.surrogate;

import org.jspecify.annotations.NullMarked;
