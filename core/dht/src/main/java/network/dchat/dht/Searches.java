package network.dchat.dht;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// The lookups under way and those that wait for their turn.
final class Searches {
    private static final long LOOK_MILLIS = 250;
    private static final long PATIENCE_MILLIS = 500;
    private static final long DEADLINE_MILLIS = 10_000;

    private final PeerId self;
    private final DhtLimits limits;
    private final RoutingTable table;
    private final Calls calls;
    private final Consumer<Effect> effects;
    private final Map<Long, Search> active = new TreeMap<>();
    private final Deque<Start> waiting = new ArrayDeque<>();
    private final Deque<Search> ended = new ArrayDeque<>();
    private long nextId = 1;
    private boolean timerSet;

    Searches(PeerId self, DhtLimits limits, RoutingTable table, Calls calls,
            Consumer<Effect> effects) {
        this.self = self;
        this.limits = limits;
        this.table = table;
        this.calls = calls;
        this.effects = effects;
    }

    /// A lookup that has not begun.
    ///
    /// @param copy what lies here of a record that is looked for
    record Start(Query query, Search.Goal goal, Optional<VerifiedRecord> copy) {}

    /// Begins a lookup, or lets it wait, or refuses it.
    void begin(Start start, long nowMillis) {
        if (active.size() < limits.lookups().atOnce()) {
            open(start, nowMillis);
        } else if (waiting.size() < limits.lookups().waiting()) {
            waiting.add(start);
        } else {
            refuse(start.goal);
        }
    }

    void answered(long searchId, PeerId from, Response response, long nowMillis) {
        Search search = active.get(searchId);
        if (search == null) {
            return;
        }
        switch (response) {
            case Response.Nodes(var peers) -> search.answered(from, Optional.empty(), peers);
            case Response.Value(var record, var peers) -> search.answered(from, record, peers);
            case Response.Pong _,Response.Stored _ -> search.failed(from);
        }
        advance(search, nowMillis);
    }

    void failed(long searchId, PeerId peer, long nowMillis) {
        Search search = active.get(searchId);
        if (search != null) {
            search.failed(peer);
            advance(search, nowMillis);
        }
    }

    /// Passes over slow peers and ends late lookups.
    void look(long nowMillis) {
        timerSet = false;
        for (Search search : List.copyOf(active.values())) {
            search.passOver(PATIENCE_MILLIS, nowMillis);
            if (nowMillis - search.startedAtMillis >= DEADLINE_MILLIS) {
                end(search, nowMillis);
            } else {
                advance(search, nowMillis);
            }
        }
        setTimer();
    }

    Optional<Search> takeEnded() {
        return Optional.ofNullable(ended.poll());
    }

    /// True when a record fits what the lookup asked for; nothing fits one that has ended, and does
    /// no harm.
    boolean mayHold(long searchId, Optional<VerifiedRecord> record) {
        Search search = active.get(searchId);
        return search == null || record.isEmpty()
                || search.query.equals(new Query.Newest(record.get().key()));
    }

    long begun() {
        return nextId - 1;
    }

    private void open(Start start, long nowMillis) {
        Search search = new Search(nextId++, start.query, start.goal, self, limits, nowMillis);
        start.copy.ifPresent(search::haveCopy);
        for (Contact contact : table.closest(search.target, limits.bucketSize(),
                contact -> contact.record().value().expiresAtMillis() > nowMillis)) {
            search.hear(contact.record());
        }
        table.bucketOf(search.target).refreshedAtMillis = nowMillis;
        active.put(search.id, search);
        setTimer();
        advance(search, nowMillis);
    }

    private void advance(Search search, long nowMillis) {
        List<Certified<PeerRecord>> next = new ArrayList<>(search.next(nowMillis));
        next.forEach(record -> calls.seek(search, record));
        if (search.isDone()) {
            end(search, nowMillis);
        }
    }

    private void end(Search search, long nowMillis) {
        active.remove(search.id);
        ended.add(search);
        Start next = waiting.poll();
        if (next != null) {
            open(next, nowMillis);
        }
    }

    private void refuse(Search.Goal goal) {
        switch (goal) {
            case Search.Goal.Answer(long lookupId) -> effects.accept(new Effect.LookupDone(lookupId,
                    new Outcome.Refused(new Rejection(RejectionCode.OVERLOADED,
                            "lookups: " + limits.lookups().atOnce() + " under way, "
                                    + limits.lookups().waiting() + " waiting"))));
            case Search.Goal.Place(Publication publication) ->
                // It is kept up all the same: the next attempt is due in a while.
                publication.publishId.ifPresent(
                        id -> effects.accept(new Effect.Published(id, 0, Optional.empty())));
            case Search.Goal.Join(),Search.Goal.Refresh() -> {
                // The upkeep asks again.
            }
        }
    }

    private void setTimer() {
        if (!timerSet && !active.isEmpty()) {
            timerSet = true;
            effects.accept(new Effect.SetTimer(Timer.LOOKUPS, LOOK_MILLIS));
        }
    }
}
