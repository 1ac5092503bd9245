package network.dchat.simulation;

/// Makes an input from the end of a call.
///
/// @param <M> what travels between nodes
/// @param <I> the core's own input
@FunctionalInterface
public interface CallAnswer<M, I> {
    I answered(CallResult<M> result, long nowMillis);
}
