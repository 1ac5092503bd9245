package network.dchat.starter.rpc;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Bounds of gRPC between peers, `dchat.rpc.*`.
///
/// @param maxMessage   largest message taken, 64 KiB to 64 MiB
/// @param window       HTTP/2 flow-control window of a stream, 64 KiB to 16 MiB
/// @param callDeadline deadline of a unary call where its caller names none
/// @param stopGrace    how long calls may end when the node stops
@ConfigurationProperties("dchat.rpc")
public record RpcProperties(@DefaultValue("4MB") DataSize maxMessage,
        @DefaultValue("1MB") DataSize window, @DefaultValue("5s") Duration callDeadline,
        @DefaultValue("3s") Duration stopGrace) {
    private static final DataSize LEAST = DataSize.ofKilobytes(64);

    public RpcProperties {
        requireSize("dchat.rpc.max-message", maxMessage, DataSize.ofMegabytes(64));
        requireSize("dchat.rpc.window", window, DataSize.ofMegabytes(16));
        if (callDeadline.isNegative() || callDeadline.isZero()) {
            throw new IllegalArgumentException(
                    "dchat.rpc.call-deadline: " + callDeadline + " (expected: more than 0)");
        }
        if (stopGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "dchat.rpc.stop-grace: " + stopGrace + " (expected: 0 or more)");
        }
    }

    private static void requireSize(String name, DataSize size, DataSize most) {
        if (size.compareTo(LEAST) < 0 || size.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    name + ": " + size + " (expected: " + LEAST + " to " + most + ")");
        }
    }
}
