package network.dchat.simulation;

/// Hears what nodes observe, at once; may check and throw.
@FunctionalInterface
public interface Observer {
    void observe(String node, Object observation);
}
