/// gRPC between peers: server, channels, callers and refusals.
@NullMarked
package network.dchat.starter.rpc;

import org.jspecify.annotations.NullMarked;
