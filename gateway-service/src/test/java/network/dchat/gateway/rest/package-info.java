/// Tests of the gateway's parts.
@NullMarked
package network.dchat.gateway.rest;

import org.jspecify.annotations.NullMarked;
