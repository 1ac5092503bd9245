package network.dchat.starter.discovery;

import java.util.Optional;
import network.dchat.identity.PeerRecord;
import network.dchat.wire.v1.Role;

/// Which peers are looked for.
///
/// @param role   what they do; empty = anything
/// @param region where they stand; empty = anywhere
public record PeerQuery(Optional<Role> role, Optional<String> region) {
    /// All peers.
    public static final PeerQuery ALL = new PeerQuery(Optional.empty(), Optional.empty());

    /// All peers of a role.
    public static PeerQuery of(Role role) {
        return new PeerQuery(Optional.of(role), Optional.empty());
    }

    /// The same, in one region only.
    public PeerQuery in(String name) {
        return new PeerQuery(role, Optional.of(name));
    }

    /// True when a peer is one of those looked for.
    public boolean matches(PeerRecord peer) {
        return role.map(peer.profile().roles()::contains).orElse(true)
                && region.map(peer.profile().region()::equals).orElse(true);
    }
}
