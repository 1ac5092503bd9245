package network.dchat.starter.rpc;

/// The port on which gRPC really listens, known once the server runs.
@FunctionalInterface
public interface ServerPort {
    /// The port, or 0 before the server runs.
    int port();
}
