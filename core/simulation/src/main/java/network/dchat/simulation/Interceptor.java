package network.dchat.simulation;

import java.util.List;

/// Stands in the way of every message between two nodes, before loss and delay: what a hostile
/// network does, or a codec that turns messages into bytes and back.
///
/// @param <M> what travels between nodes
@FunctionalInterface
public interface Interceptor<M> {
    /// What is sent instead: none, one or several.
    List<M> intercept(String from, String to, M message);
}
