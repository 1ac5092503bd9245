package network.dchat.session;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import network.dchat.identity.PublicKey;
import network.dchat.session.noise.X25519PublicKey;

/// All sessions: by id, of each peer, and the one used last first.
final class SessionTable {
    private final SessionLimits limits;
    /// The one used last comes last.
    private final LinkedHashMap<X25519PublicKey, Session> sessions = new LinkedHashMap<>();
    private final LinkedHashMap<PublicKey, List<X25519PublicKey>> peers = new LinkedHashMap<>();
    private long highestRank;

    SessionTable(SessionLimits limits) {
        this.limits = limits;
    }

    /// Takes all from the store.
    void restore(Collection<Session> stored) {
        stored.stream().sorted(
                Comparator.comparingLong(Session::usedAtMillis).thenComparingLong(Session::rank))
                .forEach(this::put);
    }

    Optional<Session> find(X25519PublicKey id) {
        return Optional.ofNullable(sessions.get(id));
    }

    /// The session that our messages to a peer go through.
    Optional<Session> active(PublicKey peer) {
        return of(peer).stream().max(Comparator.comparingLong(Session::rank));
    }

    /// All sessions, the one used last first.
    Collection<Session> lastUsedFirst() {
        return sessions.sequencedValues().reversed();
    }

    int size() {
        return sessions.size();
    }

    /// A rank above all others.
    long nextRank() {
        return highestRank + 1;
    }

    /// True when one more session may be made because of a stranger.
    boolean hasRoomFor(PublicKey peer) {
        return sessions.size() < limits.maximumSessions() || !of(peer).isEmpty()
                || leastNeeded(true).isPresent();
    }

    /// Adds a session or replaces its earlier state, whose secrets are wiped.
    void store(Session session, Turn turn) {
        Session earlier = sessions.get(session.id());
        put(session);
        turn.write(StateCodec.session(session));
        if (earlier != null) {
            earlier.ratchet().destroyExcept(session.ratchet());
        }
    }

    /// Drops sessions until the bounds hold again, never `spared`.
    void enforceBounds(Session spared, Turn turn) {
        while (of(spared.peer()).size() > limits.maximumSessionsPerPeer()) {
            of(spared.peer()).stream().filter(session -> !session.id().equals(spared.id()))
                    .min(Comparator.comparingLong(Session::rank))
                    .ifPresent(session -> remove(session, turn));
        }
        while (sessions.size() > limits.maximumSessions()) {
            leastNeeded(true).filter(session -> !session.id().equals(spared.id())).or(
                    () -> leastNeeded(false).filter(session -> !session.id().equals(spared.id())))
                    .ifPresent(session -> remove(session, turn));
        }
    }

    /// Drops skipped keys and unanswered strangers that are too old.
    void prune(long nowMillis, Turn turn) {
        long skippedSince = nowMillis - limits.ratchet().skippedKeptMillis();
        long usedSince = nowMillis - limits.prekeys().keptMillis();
        for (Session session : List.copyOf(sessions.values())) {
            if (!session.answered() && session.usedAtMillis() < usedSince) {
                remove(session, turn);
                continue;
            }
            Ratchet ratchet = session.ratchet();
            SkippedKeys kept = ratchet.skipped().since(skippedSince);
            if (kept.size() < ratchet.skipped().size()) {
                store(session.withRatchet(ratchet.withSkipped(kept)), turn);
            }
        }
    }

    private List<Session> of(PublicKey peer) {
        return peers.getOrDefault(peer, List.of()).stream()
                .map(id -> Optional.ofNullable(sessions.get(id)).orElseThrow()).toList();
    }

    /// The one used longest ago, among those that a peer started and we never answered, or among
    /// all.
    private Optional<Session> leastNeeded(boolean onlyStrangers) {
        return sessions.values().stream().filter(
                session -> !onlyStrangers || (!session.answered() && !session.start().ours()))
                .findFirst();
    }

    private void put(Session session) {
        Session earlier = sessions.get(session.id());
        if (earlier != null && earlier.usedAtMillis() == session.usedAtMillis()) {
            sessions.put(session.id(), session);
        } else {
            sessions.putLast(session.id(), session);
        }
        if (earlier == null) {
            List<X25519PublicKey> known = peers.getOrDefault(session.peer(), List.of());
            peers.put(session.peer(),
                    Stream.concat(known.stream(), Stream.of(session.id())).toList());
        }
        highestRank = Math.max(highestRank, session.rank());
    }

    private void remove(Session session, Turn turn) {
        sessions.remove(session.id());
        List<X25519PublicKey> left = peers.getOrDefault(session.peer(), List.of()).stream()
                .filter(id -> !id.equals(session.id())).toList();
        if (left.isEmpty()) {
            peers.remove(session.peer());
        } else {
            peers.put(session.peer(), left);
        }
        turn.remove(StateCodec.sessionRow(session.id()));
        session.ratchet().destroy();
    }
}
