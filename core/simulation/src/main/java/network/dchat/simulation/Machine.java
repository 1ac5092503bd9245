package network.dchat.simulation;

import java.util.List;

/// A node's state machine under simulation: the adapter that a core's test writes around its core.
///
/// Every method is given the time of the node's own clock in epoch milliseconds, turns what
/// happened into the core's input, and returns the core's effects as actions. It must depend on
/// nothing but its arguments, its state and the seed in [Boot]. An exception fails the simulation.
///
/// @param <M> what travels between nodes
/// @param <I> the core's own input
public interface Machine<M, I> {
    /// The node has been built from its disk and begins.
    List<Action<M, I>> start(long nowMillis);

    /// A message arrived.
    List<Action<M, I>> receive(String from, M message, long nowMillis);

    /// An input that the machine asked for (timer, feed, read, call) or that the test fed.
    List<Action<M, I>> apply(I input);

    /// Another node calls; [Action#reply] answers, at once or later.
    default List<Action<M, I>> called(Caller caller, M request, long nowMillis) {
        throw new UnsupportedOperationException(
                "call from " + caller.node() + ": this machine takes none");
    }

    /// A node can be reached now. Given only where [SimulationSettings#noticeDelay] is set.
    default List<Action<M, I>> peerUp(String peer, long nowMillis) {
        return List.of();
    }

    /// A node that could be reached no longer can, or was restarted.
    default List<Action<M, I>> peerDown(String peer, long nowMillis) {
        return List.of();
    }
}
