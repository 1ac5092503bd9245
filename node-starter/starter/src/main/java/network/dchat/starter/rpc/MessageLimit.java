package network.dchat.starter.rpc;

import org.springframework.util.unit.DataSize;

/// The largest request that a gRPC service takes. A bean; a service without one takes
/// `dchat.rpc.max-message`, which bounds all.
///
/// @param service full name, such as `dchat.v1.Dht`
/// @param most    encoded size, 1 KiB and up
public record MessageLimit(String service, DataSize most) {
    private static final DataSize LEAST = DataSize.ofKilobytes(1);

    public MessageLimit {
        if (most.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException(
                    "limit of " + service + ": " + most + " (expected: " + LEAST + " or more)");
        }
    }
}
