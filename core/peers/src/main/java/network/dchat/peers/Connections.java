package network.dchat.peers;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// The connection table: makes connections until there are as many as wanted, checks them, and lets
/// the least useful go. Its states are those of [ConnectionState].
///
/// Connections with a [Tie] are made again with growing pauses when they break and are never
/// pruned. Users attached to a relay are counted apart. Owned by one thread.
public final class Connections {
    private static final long TICK_MILLIS = 1_000;

    private final PeerId self;
    private final ConnectionLimits limits;
    private final SplittableRandom random;
    private final Reputations reputations;
    private final Pruner pruner;
    private final Map<PeerId, Connection> connections = new TreeMap<>();
    private final Set<PeerId> users = new TreeSet<>();
    private Set<PeerId> candidates = Set.of();
    private List<Effect> effects = new ArrayList<>();
    private long nextId = 1;

    /// A table without connections.
    ///
    /// @param seed spreads checks and retries
    public Connections(PeerId self, ConnectionLimits limits, long seed) {
        this.self = self;
        this.limits = limits;
        this.random = new SplittableRandom(seed);
        this.reputations = new Reputations(limits.remembered());
        this.pruner = new Pruner(limits.pruning(), reputations);
    }

    /// Takes one input and says what is to be done, in order.
    public List<Effect> apply(Input input) {
        effects = new ArrayList<>();
        long now = input.nowMillis();
        switch (input) {
            case Input.Started _ -> effects.add(new Effect.SetTimer(TICK_MILLIS));
            case Input.Candidates(List<PeerId> peers, _) -> {
                candidates = new LinkedHashSet<>(peers);
                fill(now);
            }
            case Input.Hold(PeerId peer, Tie tie, _) -> hold(peer, tie, now);
            case Input.Release(PeerId peer, Tie tie, _) -> release(peer, tie);
            case Input.Opened(PeerId peer, Direction direction, String address, _) ->
                opened(peer, direction, address, now);
            case Input.DialFailed(long attemptId, PeerId peer, String reason, _) ->
                dialFailed(attemptId, peer, reason, now);
            case Input.Closed(PeerId peer, Direction direction, String reason, _) ->
                closed(peer, direction, reason, now);
            case Input.Used(PeerId peer, Traffic traffic, _) -> used(peer, traffic, now);
            case Input.PongReceived(long pingId, long latencyMicros, _) ->
                pong(pingId, latencyMicros, now);
            case Input.PingFailed(long pingId, String reason, _) -> pingFailed(pingId, reason, now);
            case Input.Judged(PeerId peer, Deed deed, _) -> reputations.judge(peer, deed, now);
            case Input.UserAttached(PeerId user, _) -> attach(user);
            case Input.UserDetached(PeerId user, _) -> detach(user, now);
            case Input.TimerElapsed _ -> tick(now);
        }
        return effects;
    }

    /// All connections that are open, being made or waiting to be tried again, ordered by peer id.
    public List<ConnectionView> views(long nowMillis) {
        return connections.values().stream().map(connection -> connection
                .view(reputations.score(connection.peer, nowMillis), nowMillis)).toList();
    }

    /// How many connections are open.
    public int openCount() {
        return (int) connections.values().stream().filter(Connection::isOpen).count();
    }

    /// How many users are attached.
    public int userCount() {
        return users.size();
    }

    /// The reputation of a peer, connected or not.
    public double score(PeerId peer, long nowMillis) {
        return reputations.score(peer, nowMillis);
    }

    private void hold(PeerId peer, Tie tie, long nowMillis) {
        if (peer.equals(self)) {
            return;
        }
        Connection connection = connections.get(peer);
        if (connection == null) {
            if (!makeRoom(nowMillis)) {
                effects.add(
                        new Effect.HoldRefused(peer, tie, new Rejection(RejectionCode.OVERLOADED,
                                "connections: " + limits.maximum() + " in use, all needed")));
                return;
            }
            connection = add(peer);
        }
        connection.ties.add(tie);
        dialIfNeeded(connection, nowMillis);
    }

    private void release(PeerId peer, Tie tie) {
        Connection connection = connections.get(peer);
        if (connection != null) {
            connection.ties.remove(tie);
            if (connection.ties.isEmpty() && !connection.countsAgainstLimit()) {
                connections.remove(peer);
            }
        }
    }

    private void opened(PeerId peer, Direction direction, String address, long nowMillis) {
        if (peer.equals(self)) {
            close(peer, RejectionCode.INVALID, "connected to ourselves");
            return;
        }
        Connection connection = connections.get(peer);
        boolean counted = users.contains(peer)
                || (connection != null && connection.countsAgainstLimit());
        if (!counted && !(direction == Direction.INBOUND
                ? makeRoomForVisitor(nowMillis)
                : makeRoom(nowMillis))) {
            close(peer, RejectionCode.OVERLOADED, "connections: " + limits.maximum() + " in use");
            return;
        }
        if (connection == null) {
            connection = add(peer);
        }
        connection.directions.add(direction);
        if (connection.address.isEmpty() || direction == Direction.OUTBOUND) {
            connection.address = address;
        }
        if (direction == Direction.OUTBOUND) {
            connection.attempts = 0;
            connection.attemptId = 0;
            connection.pingDueMillis = nowMillis + random.nextLong(1, TICK_MILLIS + 1);
        }
        if (!connection.isOpen()) {
            connection.resetHealth();
            connection.sinceMillis = nowMillis;
            connection.usedAtMillis = nowMillis;
            connection.traffic = Traffic.NONE;
            change(connection, ConnectionState.CONNECTED, "");
        }
    }

    private void dialFailed(long attemptId, PeerId peer, String reason, long nowMillis) {
        Connection connection = connections.get(peer);
        if (connection == null || connection.attemptId != attemptId) {
            return;
        }
        attemptFailed(connection, reason, nowMillis);
    }

    private void attemptFailed(Connection connection, String reason, long nowMillis) {
        connection.attemptId = 0;
        if (connection.state == ConnectionState.CONNECTING) {
            backOff(connection, reason, nowMillis);
        } else {
            pause(connection, nowMillis);
        }
    }

    private void closed(PeerId peer, Direction direction, String reason, long nowMillis) {
        Connection connection = connections.get(peer);
        if (connection == null || !connection.directions.remove(direction)
                || !connection.directions.isEmpty() || !connection.isOpen()) {
            return;
        }
        disconnected(connection, reason, nowMillis);
    }

    private void disconnected(Connection connection, String reason, long nowMillis) {
        change(connection, ConnectionState.DISCONNECTED, reason);
        if (connection.ties.isEmpty() && !candidates.contains(connection.peer)) {
            connections.remove(connection.peer);
        } else {
            backOff(connection, reason, nowMillis);
        }
    }

    private void used(PeerId peer, Traffic traffic, long nowMillis) {
        Connection connection = connections.get(peer);
        if (connection == null || !connection.isOpen()) {
            return;
        }
        connection.traffic = connection.traffic.plus(traffic);
        connection.usedAtMillis = nowMillis;
        if (connection.state == ConnectionState.CONNECTED
                && !connection.directions.contains(Direction.OUTBOUND)) {
            change(connection, ConnectionState.HEALTHY, "");
        }
    }

    private void pong(long pingId, long latencyMicros, long nowMillis) {
        Optional<Connection> pinged = pinged(pingId);
        if (pinged.isEmpty()) {
            return;
        }
        Connection connection = pinged.get();
        connection.pingId = 0;
        connection.pingDueMillis = nowMillis + limits.health().intervalMillis();
        connection.answered(Math.max(0, latencyMicros));
        boolean slow = connection.latencyMicros > limits.health().slowMicros();
        change(connection, slow ? ConnectionState.DEGRADED : ConnectionState.HEALTHY,
                slow ? "latency " + connection.latencyMicros / 1_000 + " ms" : "");
    }

    private void pingFailed(long pingId, String reason, long nowMillis) {
        pinged(pingId).ifPresent(connection -> unanswered(connection, reason, nowMillis));
    }

    private void unanswered(Connection connection, String reason, long nowMillis) {
        connection.pingId = 0;
        connection.pingDueMillis = nowMillis + limits.health().intervalMillis();
        connection.unanswered();
        reputations.judge(connection.peer, Deed.TIMED_OUT, nowMillis);
        if (connection.failuresInRow < limits.health().failuresUntilUnhealthy()) {
            change(connection, ConnectionState.DEGRADED, reason);
            return;
        }
        change(connection, ConnectionState.UNHEALTHY,
                connection.failuresInRow + " checks unanswered: " + reason);
        close(connection.peer, RejectionCode.UNAVAILABLE, connection.reason);
        disconnected(connection, connection.reason, nowMillis);
    }

    private void attach(PeerId user) {
        if (!users.contains(user) && users.size() >= limits.maximumUsers()) {
            effects.add(new Effect.UserRefused(user, new Rejection(RejectionCode.OVERLOADED,
                    "users: " + limits.maximumUsers() + " attached")));
            return;
        }
        users.add(user);
        effects.add(new Effect.UserAdmitted(user));
    }

    /// The connection of a user that left counts from now on: where there is no room for it, it
    /// goes.
    private void detach(PeerId user, long nowMillis) {
        Connection connection = connections.get(user);
        if (!users.remove(user) || connection == null || !connection.countsAgainstLimit()
                || countedConnections() <= limits.maximum()) {
            return;
        }
        Optional<Connection> victim = pruner.choose(connections.values(), users, nowMillis);
        if (victim.isPresent()) {
            drop(victim.get(), "pruned");
            return;
        }
        Rejection reason = new Rejection(RejectionCode.OVERLOADED,
                "connections: " + limits.maximum() + " in use, all needed");
        for (Tie tie : connection.ties) {
            effects.add(new Effect.HoldRefused(user, tie, reason));
        }
        drop(connection, reason.reason());
    }

    private void tick(long nowMillis) {
        effects.add(new Effect.SetTimer(TICK_MILLIS));
        for (Connection connection : List.copyOf(connections.values())) {
            if (connection.attemptId != 0) {
                giveUpWhenLate(connection, nowMillis);
            }
            if (connection.isOpen()) {
                checkHealth(connection, nowMillis);
            }
            if (connection.ties.isEmpty()) {
                forgetWhenOver(connection, nowMillis);
            } else {
                dialIfNeeded(connection, nowMillis);
            }
        }
        closeIdle(nowMillis);
        fill(nowMillis);
    }

    private void giveUpWhenLate(Connection connection, long nowMillis) {
        if (nowMillis - connection.dialledAtMillis >= limits.dialling().giveUpMillis()) {
            effects.add(new Effect.GiveUp(connection.attemptId, connection.peer));
            attemptFailed(connection,
                    "no connection within " + limits.dialling().giveUpMillis() + " ms", nowMillis);
        }
    }

    private void checkHealth(Connection connection, long nowMillis) {
        if (connection.pingId != 0
                && nowMillis - connection.pingSentMillis >= limits.health().timeoutMillis()) {
            unanswered(connection, "no answer within " + limits.health().timeoutMillis() + " ms",
                    nowMillis);
        } else if (connection.pingId == 0 && connection.pingDueMillis <= nowMillis
                && connection.directions.contains(Direction.OUTBOUND)) {
            connection.pingId = nextId++;
            connection.pingSentMillis = nowMillis;
            effects.add(new Effect.Ping(connection.pingId, connection.peer));
        }
    }

    /// Drops what was only waiting to be tried again and is no longer wanted.
    private void forgetWhenOver(Connection connection, long nowMillis) {
        if (!connection.countsAgainstLimit() && connection.retryAtMillis <= nowMillis
                && !candidates.contains(connection.peer)) {
            connections.remove(connection.peer);
        }
    }

    /// Dials a peer that is to be kept, unless we can call it already or its pause is not over.
    private void dialIfNeeded(Connection connection, long nowMillis) {
        boolean needed = connection.attemptId == 0 && connection.retryAtMillis <= nowMillis
                && !connection.directions.contains(Direction.OUTBOUND);
        if (needed && dialling() < limits.dialling().attemptsAtOnce()
                && (connection.countsAgainstLimit() || makeRoom(nowMillis))) {
            dial(connection, nowMillis);
        }
    }

    private void closeIdle(long nowMillis) {
        int over = countedConnections() - limits.target();
        for (Connection connection : List.copyOf(connections.values())) {
            boolean idle = nowMillis - connection.usedAtMillis >= limits.pruning().idleMillis();
            if (over > 0 && idle && pruner.mayGo(connection, users, nowMillis)) {
                over--;
                drop(connection, "idle");
            }
        }
    }

    /// Dials candidates until there are as many connections of our own making as wanted. Those that
    /// others made do not count: who would cut us off makes many.
    private void fill(long nowMillis) {
        long wanted = limits.target()
                - connections.values().stream().filter(connection -> connection.attemptId != 0
                        || connection.directions.contains(Direction.OUTBOUND)).count();
        for (PeerId peer : candidates) {
            if (wanted <= 0 || dialling() >= limits.dialling().attemptsAtOnce()) {
                return;
            }
            Connection known = connections.get(peer);
            if (!peer.equals(self) && (known != null || makeRoom(nowMillis))) {
                Connection connection = known == null ? add(peer) : known;
                dialIfNeeded(connection, nowMillis);
                wanted -= connection.attemptId != 0 && connection.dialledAtMillis == nowMillis
                        ? 1
                        : 0;
            }
        }
    }

    /// True when one more peer that called us may be listed. As many places as we want connections
    /// are kept for those that we make.
    private boolean makeRoomForVisitor(long nowMillis) {
        List<Connection> visitors = connections.values().stream()
                .filter(connection -> connection.isOpen() && !users.contains(connection.peer)
                        && !connection.directions.contains(Direction.OUTBOUND))
                .toList();
        if (visitors.size() < Math.max(1, limits.maximum() - limits.target())) {
            return makeRoom(nowMillis);
        }
        Optional<Connection> victim = pruner.choose(visitors, users, nowMillis);
        victim.ifPresent(connection -> drop(connection, "pruned"));
        return victim.isPresent();
    }

    /// True when one more connection may be made, after one was pruned if need be.
    private boolean makeRoom(long nowMillis) {
        if (countedConnections() < limits.maximum()) {
            return true;
        }
        Optional<Connection> victim = pruner.choose(connections.values(), users, nowMillis);
        victim.ifPresent(connection -> drop(connection, "pruned"));
        return victim.isPresent();
    }

    private void drop(Connection connection, String reason) {
        change(connection, ConnectionState.DISCONNECTED, reason);
        close(connection.peer, RejectionCode.OVERLOADED, reason);
        connections.remove(connection.peer);
    }

    private void dial(Connection connection, long nowMillis) {
        connection.attemptId = nextId++;
        connection.attempts++;
        connection.dialledAtMillis = nowMillis;
        if (!connection.isOpen()) {
            change(connection, ConnectionState.CONNECTING, "");
        }
        effects.add(new Effect.Dial(connection.attemptId, connection.peer));
    }

    private void backOff(Connection connection, String reason, long nowMillis) {
        connection.directions.clear();
        connection.pingId = 0;
        pause(connection, nowMillis);
        change(connection, ConnectionState.BACKING_OFF, reason);
    }

    private void pause(Connection connection, long nowMillis) {
        ConnectionLimits.Dialling dialling = limits.dialling();
        int doublings = Math.clamp(connection.attempts - 1L, 0, 30);
        long wait = Math.min(dialling.longestRetryMillis(),
                dialling.firstRetryMillis() << doublings);
        connection.retryAtMillis = nowMillis + wait + random.nextLong(wait / 4 + 1);
    }

    private void close(PeerId peer, RejectionCode code, String reason) {
        effects.add(new Effect.Close(peer, new Rejection(code, reason)));
    }

    private void change(Connection connection, ConnectionState to, String reason) {
        ConnectionState from = connection.state;
        connection.state = to;
        connection.reason = reason;
        if (from != to) {
            effects.add(new Effect.StateChanged(connection.peer, from, to, reason));
        }
    }

    /// Makes an entry. Over the bound of what is remembered, one that only waits is forgotten.
    private Connection add(PeerId peer) {
        Connection connection = new Connection(peer);
        connections.put(peer, connection);
        if (connections.size() > limits.maximum() + limits.remembered()) {
            connections.values().stream()
                    .filter(other -> !other.countsAgainstLimit() && other != connection).findFirst()
                    .ifPresent(other -> connections.remove(other.peer));
        }
        return connection;
    }

    private Optional<Connection> pinged(long pingId) {
        return connections.values().stream().filter(
                connection -> connection.pingId == pingId && pingId != 0 && connection.isOpen())
                .findFirst();
    }

    private int countedConnections() {
        return (int) connections.values().stream().filter(
                connection -> connection.countsAgainstLimit() && !users.contains(connection.peer))
                .count();
    }

    private int dialling() {
        return (int) connections.values().stream().filter(connection -> connection.attemptId != 0)
                .count();
    }
}
