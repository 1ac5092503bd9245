package network.dchat.simulation;

/// How a call ended.
///
/// @param <M> what travels between nodes
public sealed interface CallResult<M> {
    /// The other node replied.
    record Replied<M>(M response) implements CallResult<M> {}

    /// Nothing listens there: the node is down or does not exist.
    record Refused<M>() implements CallResult<M> {}

    /// No reply came in time: it may have been lost before or after the other node acted.
    record TimedOut<M>() implements CallResult<M> {}
}
