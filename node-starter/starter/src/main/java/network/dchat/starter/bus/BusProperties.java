package network.dchat.starter.bus;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The operator's bus, `dchat.bus.*`.
///
/// @param kind     `none` for a lone node, `kafka` inside a region; the address is
///                 `spring.kafka.bootstrap-servers`
/// @param poll     how often the outbox is looked at when nothing wakes it
/// @param batch    events handed to Kafka at once, 1 to 10,000
/// @param deadline how long Kafka may take to acknowledge a batch
@ConfigurationProperties("dchat.bus")
public record BusProperties(@DefaultValue("none") Kind kind, @DefaultValue("200ms") Duration poll,
        @DefaultValue("500") int batch, @DefaultValue("10s") Duration deadline) {
    private static final int MOST = 10_000;

    public BusProperties {
        if (batch < 1 || batch > MOST) {
            throw new IllegalArgumentException(
                    "dchat.bus.batch: " + batch + " (expected: 1 to " + MOST + ")");
        }
        if (poll.isNegative() || poll.isZero() || deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("dchat.bus.poll, dchat.bus.deadline: " + poll + ", "
                    + deadline + " (expected: more than 0)");
        }
    }

    /// Which bus.
    public enum Kind {
        /// No bus; events stay in the node.
        NONE,
        /// Apache Kafka.
        KAFKA
    }
}
