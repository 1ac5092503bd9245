/// Tests of the gateway.
@NullMarked
package network.dchat.gateway;

import org.jspecify.annotations.NullMarked;
