package network.dchat.starter.loop;

import java.util.List;

/// A core as its store tells it, with the inputs it must see first.
///
/// @param machine the core
/// @param inputs  given before anything else
/// @param <I>     the core's inputs
/// @param <E>     the core's effects
public record Birth<I, E>(Machine<I, E> machine, List<I> inputs) {
    public Birth {
        inputs = List.copyOf(inputs);
    }
}
