package network.dchat.starter.loop;

import java.io.IOException;

/// Builds a core from its store: at the start, and again after a failed persist.
///
/// @param <I> the core's inputs
/// @param <E> the core's effects
@FunctionalInterface
public interface CoreFactory<I, E> {
    /// Reads the store and makes the core.
    Birth<I, E> load() throws IOException;
}
