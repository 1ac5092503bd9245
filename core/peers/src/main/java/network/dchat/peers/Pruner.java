package network.dchat.peers;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.PeerId;

/// Chooses the connection that goes. Never one with a tie, never an attached
/// user's, never a very new one.
final class Pruner {
    private static final double SLOW_MICROS = 500_000;
    private static final double MINUTE_MILLIS = 60_000;

    private final ConnectionLimits.Pruning rule;
    private final Reputations reputations;

    Pruner(ConnectionLimits.Pruning rule, Reputations reputations) {
        this.rule = rule;
        this.reputations = reputations;
    }

    Optional<Connection> choose(Collection<Connection> connections, Set<PeerId> users,
            long nowMillis) {
        return connections.stream().filter(connection -> mayGo(connection, users, nowMillis))
                .min(Comparator.comparingDouble(connection -> worth(connection, nowMillis)));
    }

    boolean mayGo(Connection connection, Set<PeerId> users, long nowMillis) {
        return connection.isOpen() && connection.ties.isEmpty() && !users.contains(connection.peer)
                && nowMillis - connection.sinceMillis >= rule.newMillis();
    }

    private double worth(Connection connection, long nowMillis) {
        double idleMinutes = (nowMillis - connection.usedAtMillis) / MINUTE_MILLIS;
        double score = reputations.score(connection.peer, nowMillis);
        double slowness = Math.max(0, connection.latencyMicros) / SLOW_MICROS;
        double upMinutes = 1 + (nowMillis - connection.sinceMillis) / MINUTE_MILLIS;
        double volume = Math.log1p(connection.traffic.bytes() / upMinutes);
        return switch (rule.order()) {
            case LEAST_RECENTLY_USED -> -idleMinutes;
            case REPUTATION -> score;
            case LATENCY -> -slowness;
            case VOLUME -> volume;
            case MIXED -> 10 * score + volume / 4 - Math.min(10, slowness) - idleMinutes / 5;
        };
    }
}
