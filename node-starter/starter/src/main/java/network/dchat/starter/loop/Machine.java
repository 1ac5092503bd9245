package network.dchat.starter.loop;

import java.util.List;

/// A core: a pure state machine that answers an input with effects, in order.
///
/// @param <I> the core's inputs
/// @param <E> the core's effects
@FunctionalInterface
public interface Machine<I, E> {
    /// Takes one input. Called by one thread at a time.
    List<E> apply(I input);
}
