package network.dchat.starter.node;

import java.nio.file.Path;
import java.util.List;
import network.dchat.wire.v1.Role;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the node itself, `dchat.node.*`.
///
/// @param name          what people call it, at most 64 characters
/// @param role          what it does for the network
/// @param dataDirectory where its key and its files lie
/// @param genesis       path of the genesis file
/// @param listen        host and port of gRPC between peers; port 0 takes a free one
/// @param httpListen    host and port of REST and management; port 0 takes a free one
/// @param advertise     addresses to publish instead of the listening one, multiaddrs or host:port
/// @param region        region that the operator names, at most 32 characters
/// @param operator      who runs it, at most 64 characters
/// @param workBits      leading zero bits of the proof of work of peer records, 0 to 32
@ConfigurationProperties("dchat.node")
public record NodeProperties(@DefaultValue("node") String name, Role role,
        @DefaultValue("data") Path dataDirectory, Path genesis,
        @DefaultValue("127.0.0.1:9000") String listen,
        @DefaultValue("127.0.0.1:7070") String httpListen, @DefaultValue List<String> advertise,
        @DefaultValue("local") String region, @DefaultValue("local") String operator,
        @DefaultValue("12") int workBits) {
    private static final int MAX_NAME = 64;
    private static final int MAX_REGION = 32;
    private static final int MAX_WORK_BITS = 32;

    public NodeProperties {
        requireLength("dchat.node.name", name, MAX_NAME);
        requireLength("dchat.node.region", region, MAX_REGION);
        requireLength("dchat.node.operator", operator, MAX_NAME);
        if (workBits < 0 || workBits > MAX_WORK_BITS) {
            throw new IllegalArgumentException(
                    "dchat.node.work-bits: " + workBits + " (expected: 0 to 32)");
        }
        HostAndPort.parse(listen);
        HostAndPort.parse(httpListen);
        advertise = List.copyOf(advertise);
    }

    private static void requireLength(String property, String value, int most) {
        if (value.isBlank() || value.length() > most) {
            throw new IllegalArgumentException(
                    property + ": " + value.length() + " characters (expected: 1 to " + most + ")");
        }
    }
}
