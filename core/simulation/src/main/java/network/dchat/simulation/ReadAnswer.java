package network.dchat.simulation;

/// Makes an input from what is durable when a read is carried out.
///
/// @param <I> the core's own input
@FunctionalInterface
public interface ReadAnswer<I> {
    /// The input that answers the read. `contents` must not be kept: it changes later.
    I read(DiskContents contents, long nowMillis);
}
