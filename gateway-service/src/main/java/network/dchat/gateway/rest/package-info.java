/// The endpoints, and what every request passes before it reaches one.
@NullMarked
package network.dchat.gateway.rest;

import org.jspecify.annotations.NullMarked;
