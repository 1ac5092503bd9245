package network.dchat.client.store;

import java.io.IOException;

/// What is done within one transaction.
///
/// @param <T> what comes of it
@FunctionalInterface
public interface Work<T> {
    /// Reads and writes rows; all writes count, or none.
    T run(Transaction transaction) throws IOException;
}
