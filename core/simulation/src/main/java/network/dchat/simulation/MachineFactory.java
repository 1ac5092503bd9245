package network.dchat.simulation;

/// Builds a node's machine from its disk.
///
/// @param <M> what travels between nodes
/// @param <I> the core's own input
@FunctionalInterface
public interface MachineFactory<M, I> {
    Machine<M, I> boot(Boot boot);
}
