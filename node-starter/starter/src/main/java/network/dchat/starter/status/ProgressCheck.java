package network.dchat.starter.status;

import java.util.Optional;

/// Tells whether a part of the node makes progress. A node is ready when all its parts do.
public interface ProgressCheck {
    /// Names the part, in kebab case.
    String part();

    /// Why it makes no progress, for people: `2 of 3 peers`, `14 blocks behind`; empty when it
    /// does.
    Optional<String> blockedBy();
}
