package network.dchat.starter.status;

import java.util.Map;

/// Adds what a part of the node has to tell to `GET /status`.
@FunctionalInterface
public interface StatusContributor {
    /// Puts fields into the answer; a node that follows the chain puts `height` at the top level.
    void contribute(Map<String, Object> status);
}
