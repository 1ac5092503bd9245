package network.dchat.gateway.relay;

import java.util.Optional;
import network.dchat.starter.discovery.PeerDirectory;
import network.dchat.starter.discovery.PeerQuery;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.wire.v1.Role;

/// A gateway that knows no relay can send nothing.
public final class RelayCheck implements ProgressCheck {
    private final PeerDirectory directory;

    /// Asks the directory.
    public RelayCheck(PeerDirectory directory) {
        this.directory = directory;
    }

    @Override
    public String part() {
        return "relays";
    }

    @Override
    public Optional<String> blockedBy() {
        return directory.find(PeerQuery.of(Role.RELAY)).isEmpty()
                ? Optional.of("0 relays known (expected: 1 or more)")
                : Optional.empty();
    }
}
