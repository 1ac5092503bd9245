/// Relays as they run: real contexts, PostgreSQL, gRPC.
@NullMarked
package network.dchat.relay;

import org.jspecify.annotations.NullMarked;
