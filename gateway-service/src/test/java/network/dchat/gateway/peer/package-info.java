/// Tests of the gateway's parts.
@NullMarked
package network.dchat.gateway.peer;

import org.jspecify.annotations.NullMarked;
