package network.dchat.gateway;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Bounds of the REST door, `dchat.gateway.*`.
///
/// @param maxBody          largest request body, 64 KiB to 4 MiB
/// @param signatureAge     how far a request's `created` may be from now, 1 s to 5 min
/// @param rememberedNonces nonces remembered at a time, 1,000 to 10,000,000
/// @param requestsPerSecond requests a wallet may make on average; a burst may be twice as many
/// @param sendTimeout      how long a send waits for relay and mesh before it answers what it knows
/// @param callTimeout      deadline of one call to a peer
/// @param callsAtOnce      calls to peers of one kind under way at a time, 1 to 1,000
/// @param attachments      wallets attached to relays at a time, 1 to 10,000
/// @param idleAttachment   after which time without news a wallet's attachment is given up
/// @param subscribers      event streams open at a time, 1 to 10,000
@ConfigurationProperties("dchat.gateway")
public record GatewayProperties(@DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("60s") Duration signatureAge, @DefaultValue("100000") int rememberedNonces,
        @DefaultValue("10") int requestsPerSecond, @DefaultValue("10s") Duration sendTimeout,
        @DefaultValue("5s") Duration callTimeout, @DefaultValue("64") int callsAtOnce,
        @DefaultValue("1000") int attachments, @DefaultValue("5m") Duration idleAttachment,
        @DefaultValue("1000") int subscribers) {
    public GatewayProperties {
        range("max-body", maxBody.toBytes(), 64 * 1024, 4 * 1024 * 1024);
        range("signature-age", signatureAge.toSeconds(), 1, 300);
        range("remembered-nonces", rememberedNonces, 1_000, 10_000_000);
        range("requests-per-second", requestsPerSecond, 1, 100_000);
        range("send-timeout", sendTimeout.toMillis(), 100, 120_000);
        range("call-timeout", callTimeout.toMillis(), 100, 60_000);
        range("calls-at-once", callsAtOnce, 1, 1_000);
        range("attachments", attachments, 1, 10_000);
        range("idle-attachment", idleAttachment.toSeconds(), 1, 86_400);
        range("subscribers", subscribers, 1, 10_000);
    }

    private static void range(String name, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException("dchat.gateway." + name + ": " + value
                    + " (expected: " + from + " to " + to + ")");
        }
    }
}
