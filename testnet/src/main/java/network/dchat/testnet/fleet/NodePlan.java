package network.dchat.testnet.fleet;

import java.util.List;
import network.dchat.wire.v1.Role;

/// One node of a fleet before it starts.
///
/// @param name     `validator1`, `relay7`, `user2` …
/// @param role     what it does
/// @param grpcPort port of gRPC, 0 = any
/// @param httpPort port of REST, 0 = any
/// @param relays   names of the relays that a user is attached to; empty = it chooses itself
public record NodePlan(String name, Role role, int grpcPort, int httpPort, List<String> relays) {
    public NodePlan {
        relays = List.copyOf(relays);
    }

    /// Whether the node keeps its state in PostgreSQL.
    public boolean hasDatabase() {
        return switch (role) {
            case VALIDATOR, RELAY, STORAGE, GATEWAY -> true;
            case DISCOVERY, CLIENT, ROLE_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    }
}
