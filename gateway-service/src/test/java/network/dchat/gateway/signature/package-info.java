/// Tests of the gateway's parts.
@NullMarked
package network.dchat.gateway.signature;

import org.jspecify.annotations.NullMarked;
