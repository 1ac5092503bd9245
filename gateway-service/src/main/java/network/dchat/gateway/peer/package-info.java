/// What stands between this gateway and a peer that hangs, fails or lies.
@NullMarked
package network.dchat.gateway.peer;

import org.jspecify.annotations.NullMarked;
