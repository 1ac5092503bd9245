package network.dchat.benchmarks;

/// What is timed: one batch, done once.
@FunctionalInterface
public interface Work {
    /// Does it.
    ///
    /// @return a number that depends on all that was done, so that no compiler can leave it out
    long run();
}
