/// Tests of the connection table.
@NullMarked
package network.dchat.peers;

import org.jspecify.annotations.NullMarked;
