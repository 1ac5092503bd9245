package network.dchat.starter.status;

/// Work that makes the first real call as fast as later ones. Done once, before the node is ready.
@FunctionalInterface
public interface WarmUp {
    /// Does the work; a failure keeps the node from starting.
    void warmUp();
}
