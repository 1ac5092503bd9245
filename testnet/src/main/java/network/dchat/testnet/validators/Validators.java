package network.dchat.testnet.validators;

import java.io.IOException;
import java.util.List;
import network.dchat.starter.node.HostAndPort;

/// Validators of one network, counted from 0. Closing stops them all and what they stand on.
public sealed interface Validators extends AutoCloseable
        permits LocalValidators, ValidatorProcesses {
    /// How many there are, running or not.
    int count();

    /// Where a validator serves gRPC.
    HostAndPort grpc(int index);

    /// The port of a validator's REST on loopback.
    int http(int index);

    /// Stops a validator in good order.
    void stop(int index) throws IOException;

    /// Whether a validator runs.
    boolean runs(int index);

    /// The processes of validators that run; none where they share this JVM.
    List<ProcessHandle> processes();

    /// The process of PostgreSQL.
    ProcessHandle database() throws IOException;

    @Override
    void close() throws IOException;
}
