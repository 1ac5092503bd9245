/// Tests of the gateway's parts.
@NullMarked
package network.dchat.gateway.messages;

import org.jspecify.annotations.NullMarked;
