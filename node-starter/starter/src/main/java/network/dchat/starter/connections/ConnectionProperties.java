package network.dchat.starter.connections;

import java.time.Duration;
import network.dchat.peers.ConnectionLimits;
import network.dchat.peers.PruneOrder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings of the connections between nodes, `dchat.network.*`.
///
/// @param maxConnections    most connections to nodes, 1 to 100,000; attached users are counted
/// apart
/// @param targetConnections how many are kept up, 0 to the most
/// @param maxUsers          most attached users
/// @param connectionTimeout when an attempt is given up, 100 ms to 10 min
/// @param idleTimeout       when an unused connection over the target is closed, 1 s to 1 day
/// @param healthInterval    time between two checks of a connection, 100 ms to 1 h
/// @param healthTimeout     how long the answer to a check may take, up to the interval
@ConfigurationProperties("dchat.network")
public record ConnectionProperties(@DefaultValue("50") int maxConnections,
        @DefaultValue("30") int targetConnections, @DefaultValue("10000") int maxUsers,
        @DefaultValue("30s") Duration connectionTimeout, @DefaultValue("5m") Duration idleTimeout,
        @DefaultValue("30s") Duration healthInterval, @DefaultValue("10s") Duration healthTimeout) {
    private static final long SLOW_MICROS = 500_000;
    private static final int FAILURES = 3;
    private static final long FIRST_RETRY_MILLIS = 1_000;
    private static final long LONGEST_RETRY_MILLIS = 300_000;
    private static final int ATTEMPTS = 8;
    private static final long NEW_MILLIS = 60_000;
    private static final int REMEMBERED = 10_000;

    /// Checks every range.
    public ConnectionProperties {
        limits(maxConnections, targetConnections, maxUsers, connectionTimeout, idleTimeout,
                healthInterval, healthTimeout);
    }

    /// The bounds of the connection table.
    public ConnectionLimits limits() {
        return limits(maxConnections, targetConnections, maxUsers, connectionTimeout, idleTimeout,
                healthInterval, healthTimeout);
    }

    private static ConnectionLimits limits(int most, int target, int users, Duration timeout,
            Duration idle, Duration interval, Duration answer) {
        return new ConnectionLimits(most, target, users, REMEMBERED,
                new ConnectionLimits.Health(interval.toMillis(), answer.toMillis(), SLOW_MICROS,
                        FAILURES),
                new ConnectionLimits.Dialling(timeout.toMillis(), FIRST_RETRY_MILLIS,
                        LONGEST_RETRY_MILLIS, ATTEMPTS),
                new ConnectionLimits.Pruning(PruneOrder.MIXED, idle.toMillis(), NEW_MILLIS));
    }
}
