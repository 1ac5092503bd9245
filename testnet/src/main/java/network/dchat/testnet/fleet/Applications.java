package network.dchat.testnet.fleet;

import network.dchat.client.ClientApplication;
import network.dchat.discovery.DiscoveryApplication;
import network.dchat.gateway.GatewayApplication;
import network.dchat.relay.RelayApplication;
import network.dchat.storage.StorageApplication;
import network.dchat.validator.ValidatorApplication;
import network.dchat.wire.v1.Role;

/// The application class of each role.
public final class Applications {
    private Applications() {}

    /// The Spring application that plays a role.
    public static Class<?> of(Role role) {
        return switch (role) {
            case VALIDATOR -> ValidatorApplication.class;
            case RELAY -> RelayApplication.class;
            case DISCOVERY -> DiscoveryApplication.class;
            case STORAGE -> StorageApplication.class;
            case GATEWAY -> GatewayApplication.class;
            case CLIENT -> ClientApplication.class;
            case ROLE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(
                    "role: " + role + " (expected: one of the six services)");
        };
    }
}
