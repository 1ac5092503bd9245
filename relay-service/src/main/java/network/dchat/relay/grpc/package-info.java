/// What users and other relays say to a relay, and what it passes on.
@NullMarked
package network.dchat.relay.grpc;

import org.jspecify.annotations.NullMarked;
