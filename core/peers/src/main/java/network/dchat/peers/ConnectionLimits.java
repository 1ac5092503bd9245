package network.dchat.peers;

/// Every bound of the connection table.
///
/// @param maximum connections to nodes, those being made included
/// @param target how many connections of our own making are kept up while peers are known; 0 = only
/// those asked for
/// @param maximumUsers users attached, counted apart
/// @param remembered peers whose reputation or back-off is remembered
/// @param health when a connection is checked and judged
/// @param dialling how connections are made
/// @param pruning which connections go, and when
public record ConnectionLimits(int maximum, int target, int maximumUsers, int remembered,
        Health health, Dialling dialling, Pruning pruning) {
    /// Checks every range.
    public ConnectionLimits {
        check("maximum", maximum, 1, 100_000);
        check("target", target, 0, maximum);
        check("maximumUsers", maximumUsers, 0, 10_000_000);
        check("remembered", remembered, 1, 10_000_000);
    }

    /// When a connection is checked and judged.
    ///
    /// @param intervalMillis time between two checks of a connection
    /// @param timeoutMillis how long an answer may take
    /// @param slowMicros round trip above which a connection is degraded
    /// @param failuresUntilUnhealthy checks in a row without answer, after which it is given up
    public record Health(long intervalMillis, long timeoutMillis, long slowMicros,
            int failuresUntilUnhealthy) {
        /// Checks every range.
        public Health {
            check("intervalMillis", intervalMillis, 100, 3_600_000);
            check("timeoutMillis", timeoutMillis, 10, intervalMillis);
            check("slowMicros", slowMicros, 1, 60_000_000);
            check("failuresUntilUnhealthy", failuresUntilUnhealthy, 1, 16);
        }
    }

    /// How connections are made.
    ///
    /// @param giveUpMillis how long an attempt may take
    /// @param firstRetryMillis wait after the first failure; it doubles with each
    /// @param longestRetryMillis longest wait
    /// @param attemptsAtOnce attempts under way
    public record Dialling(long giveUpMillis, long firstRetryMillis, long longestRetryMillis,
            int attemptsAtOnce) {
        /// Checks every range.
        public Dialling {
            check("giveUpMillis", giveUpMillis, 100, 600_000);
            check("firstRetryMillis", firstRetryMillis, 10, 3_600_000);
            check("longestRetryMillis", longestRetryMillis, firstRetryMillis, 86_400_000);
            check("attemptsAtOnce", attemptsAtOnce, 1, 1_000);
        }
    }

    /// Which connections go, and when.
    ///
    /// @param order which goes first
    /// @param idleMillis unused for so long, a connection over the target is closed
    /// @param newMillis a connection younger than this is never pruned
    public record Pruning(PruneOrder order, long idleMillis, long newMillis) {
        /// Checks every range.
        public Pruning {
            check("idleMillis", idleMillis, 1_000, 86_400_000);
            check("newMillis", newMillis, 0, 3_600_000);
        }
    }

    /// 50 connections, 30 wanted, checks every 30 s with 10 s, give up at 30 s, idle after 5 min.
    public static ConnectionLimits defaults() {
        return new ConnectionLimits(50, 30, 10_000, 10_000, new Health(30_000, 10_000, 500_000, 3),
                new Dialling(30_000, 1_000, 300_000, 8),
                new Pruning(PruneOrder.MIXED, 300_000, 60_000));
    }

    /// The same with other numbers of connections.
    public ConnectionLimits withConnections(int most, int wanted) {
        return new ConnectionLimits(most, wanted, maximumUsers, remembered, health, dialling,
                pruning);
    }

    /// The same with another number of users.
    public ConnectionLimits withMaximumUsers(int users) {
        return new ConnectionLimits(maximum, target, users, remembered, health, dialling, pruning);
    }

    /// The same with another number of remembered peers.
    public ConnectionLimits withRemembered(int peers) {
        return new ConnectionLimits(maximum, target, maximumUsers, peers, health, dialling,
                pruning);
    }

    /// The same with other health checks.
    public ConnectionLimits withHealth(Health checks) {
        return new ConnectionLimits(maximum, target, maximumUsers, remembered, checks, dialling,
                pruning);
    }

    /// The same with other dialling.
    public ConnectionLimits withDialling(Dialling attempts) {
        return new ConnectionLimits(maximum, target, maximumUsers, remembered, health, attempts,
                pruning);
    }

    /// The same with other pruning.
    public ConnectionLimits withPruning(Pruning rule) {
        return new ConnectionLimits(maximum, target, maximumUsers, remembered, health, dialling,
                rule);
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
