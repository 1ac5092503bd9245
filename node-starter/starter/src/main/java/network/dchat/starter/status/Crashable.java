package network.dchat.starter.status;

/// A part that can stop as a crash would: nothing flushed, nothing said. For tests of whole fleets.
@FunctionalInterface
public interface Crashable {
    /// Drops everything that is not durable.
    void crash();
}
