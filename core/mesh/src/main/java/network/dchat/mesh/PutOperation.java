package network.dchat.mesh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;

/// One put on its way from the queue to the nodes, or one tombstone.
///
/// It goes in rounds. A round sends what is not yet durable to the nodes of the placement, moves
/// what a node refuses to another, and ends when no call is under way; the next one begins by
/// timer, or when a node comes back. The put is *stored* with 13 of 15 shards and *settled* with
/// all, or when the time for the missing ones is over.
final class PutOperation {
    /// What a put needs from its queue.
    interface Queue {
        /// The round is over: another put may run.
        void roundOver(PutOperation put);

        /// The put wants its next round.
        void wantsRound(PutOperation put);

        /// Makes durable how far a put has come.
        void saveProgress(PutOperation put);

        /// The put leaves the queue.
        void remove(PutOperation put);
    }

    /// One shard of every stripe.
    private static final class Unit {
        private final int index;
        private @Nullable PeerId holder;
        private int nextStripe;
        private boolean durable;
        private boolean refused;
        private String problem = "";

        private Unit(int index) {
            this.index = index;
        }
    }

    private final Desk desk;
    private final Queue queue;
    private final QueuedObject queued;
    private final PutRequests requests;
    private final int needed;
    private final ErasureScheme scheme;
    private final List<Unit> units = new ArrayList<>();
    /// Nodes that did not take a shard in this round, and those of them that refused it for good.
    private final Set<PeerId> avoided = new HashSet<>();
    private final Set<PeerId> closed = new HashSet<>();
    private Placement placement;
    private Optional<Rejection> lastRefusal = Optional.empty();
    private String waitReason = "";
    private int calling;
    private int round;
    private long storedAtMillis = -1;
    private boolean stragglersTimed;
    private boolean retryTimed;
    private boolean running;
    private boolean over;

    PutOperation(Desk desk, Queue queue, QueuedObject queued) {
        this.desk = desk;
        this.queue = queue;
        this.queued = queued;
        requests = new PutRequests(desk, queued);
        scheme = requests.scheme();
        needed = scheme.data() + (scheme.parity() + 1) / 2;
        placement = new Placement(queued.object().placementKey(), List.of(), List.of());
        for (int index = 0; index < scheme.total(); index++) {
            units.add(new Unit(index));
        }
    }

    QueuedObject queued() {
        return queued;
    }

    /// Takes over what an earlier life saved: the put was stored then.
    void resume(List<PutStatus.DurableShard> durable, long nowMillis) {
        for (PutStatus.DurableShard shard : durable) {
            if (shard.index() < units.size()) {
                Unit unit = units.get(shard.index());
                unit.holder = shard.node();
                unit.durable = true;
            }
        }
        storedAtMillis = nowMillis;
        desk.outbox().add(new Effect.PutStored(status()));
    }

    /// Tells again how far the put has come.
    void repeat() {
        desk.outbox().add(new Effect.PutQueued(queued.id()));
        if (storedAtMillis >= 0) {
            desk.outbox().add(new Effect.PutStored(status()));
        } else if (!waitReason.isEmpty()) {
            desk.outbox().add(new Effect.PutWaits(status(), waitReason));
        }
    }

    /// True when a round would try this node.
    boolean waitsFor(PeerId node) {
        return !running
                && units.stream().anyMatch(unit -> !unit.durable && node.equals(unit.holder));
    }

    boolean isIdle() {
        return !running && !over;
    }

    boolean isOver() {
        return over;
    }

    /// Begins a round.
    void run(long nowMillis) {
        running = true;
        avoided.clear();
        closed.clear();
        placement = desk.nodes().placement(queued.object().placementKey(), scheme);
        assign();
        for (Unit unit : units) {
            if (!unit.durable && unit.holder != null) {
                send(unit, unit.holder);
            }
        }
        proceed(nowMillis);
    }

    /// Gives each shard that is not durable a node: its own if that is free, else any free one.
    private void assign() {
        Map<Unit, PeerId> before = new HashMap<>();
        for (Unit unit : units) {
            if (!unit.durable && unit.holder != null) {
                before.put(unit, unit.holder);
                unit.holder = null;
            }
            unit.refused = false;
        }
        for (Unit unit : units) {
            if (!unit.durable && !placement.holders().isEmpty()) {
                PeerId own = placement.holders().get(unit.index);
                unit.holder = isFree(own) ? own : null;
            }
        }
        for (Unit unit : units) {
            if (unit.holder == null) {
                unit.holder = free().orElse(null);
            }
            if (!unit.durable && (unit.holder == null || !unit.holder.equals(before.get(unit)))) {
                unit.nextStripe = 0;
            }
        }
    }

    private Optional<PeerId> free() {
        return Stream.concat(placement.nodes().stream(), placement.spares().stream())
                .filter(this::isFree).findFirst();
    }

    private boolean isFree(PeerId node) {
        long load = units.stream().filter(unit -> node.equals(unit.holder)).count();
        long room = Math.max(placement.indexesOf(node).size(),
                placement.spares().contains(node) ? placement.mostPerNode() : 0);
        return load < room && !avoided.contains(node);
    }

    private void send(Unit unit, PeerId node) {
        calling++;
        desk.outbox().call(node, requests.request(unit.nextStripe, unit.index),
                desk.timings().putTimeoutMillis(),
                (answer, nowMillis) -> answered(unit, node, answer, nowMillis));
    }

    private void answered(Unit unit, PeerId node, ShardAnswer answer, long nowMillis) {
        calling--;
        if (over) {
            return;
        }
        switch (PutOutcome.of(answer)) {
            case PutOutcome.Durable() -> {
                desk.nodes().answered(node);
                unit.problem = "";
                unit.nextStripe++;
                unit.durable = unit.nextStripe == requests.stripes();
                if (!unit.durable) {
                    send(unit, node);
                }
            }
            case PutOutcome.Silent(String reason) -> {
                desk.nodes().silent(node, nowMillis);
                avoided.add(node);
                unit.problem = reason;
            }
            case PutOutcome.Refused(Rejection rejection, boolean forGood) -> {
                avoided.add(node);
                unit.refused = true;
                unit.problem = rejection.name();
                if (rejection.code() == RejectionCode.NOT_FOUND) {
                    unit.nextStripe = 0;
                }
                if (forGood) {
                    closed.add(node);
                    lastRefusal = Optional.of(rejection);
                }
            }
            case PutOutcome.Nonsense(String reason) -> {
                desk.outbox().add(new Effect.Report(node, Misbehaviour.WRONG_ANSWER, reason));
                avoided.add(node);
                closed.add(node);
                unit.refused = true;
                unit.problem = reason;
            }
        }
        proceed(nowMillis);
    }

    /// Decides what follows from where the put stands.
    private void proceed(long nowMillis) {
        if (durable() == units.size()) {
            settle();
            return;
        }
        if (calling == 0) {
            moveRefused();
        }
        if (durable() >= needed && storedAtMillis < 0) {
            if (calling == 0) {
                stored(nowMillis);
            } else if (!stragglersTimed) {
                stragglersTimed = true;
                desk.outbox().after(desk.timings().stragglerMillis(), this::stragglers);
            }
        }
        if (calling == 0) {
            endRound(nowMillis);
        }
    }

    /// Sends to another node what a node refused, and, while too little is durable, also what a
    /// node did not answer.
    private void moveRefused() {
        boolean tooFew = durable() < needed;
        for (Unit unit : units) {
            if (!unit.durable && (unit.refused || tooFew)) {
                Optional<PeerId> other = free();
                if (other.isPresent()) {
                    unit.holder = other.get();
                    unit.nextStripe = 0;
                    unit.refused = false;
                    send(unit, other.get());
                }
            }
        }
    }

    private void stragglers(long nowMillis) {
        if (!over && storedAtMillis < 0 && durable() >= needed) {
            stored(nowMillis);
        }
    }

    private void stored(long nowMillis) {
        storedAtMillis = nowMillis;
        desk.outbox().add(new Effect.PutStored(status()));
        queue.saveProgress(this);
    }

    private void endRound(long nowMillis) {
        boolean expired = queued.manifest().manifest().isExpired(nowMillis);
        if (storedAtMillis >= 0) {
            if (expired || nowMillis - storedAtMillis >= desk.timings().handOverMillis()) {
                settle();
                return;
            }
        } else if (expired) {
            fail(new Rejection(RejectionCode.EXPIRED, "expired in the queue: " + problems()));
            return;
        } else if (isHopeless()) {
            fail(lastRefusal.orElseGet(() -> new Rejection(RejectionCode.UNAVAILABLE, problems())));
            return;
        } else if (!waitReason.equals(problems())) {
            waitReason = problems();
            desk.outbox().add(new Effect.PutWaits(status(), waitReason));
        }
        running = false;
        requests.forget();
        scheduleRetry();
        queue.roundOver(this);
    }

    /// True when all nodes, or more than the scheme lets lie, refused for good.
    private boolean isHopeless() {
        return closed.size() > scheme.parity()
                || (!closed.isEmpty() && closed.containsAll(placement.nodes()));
    }

    private void scheduleRetry() {
        if (retryTimed) {
            return;
        }
        retryTimed = true;
        long delay = Math.min(desk.timings().longestRetryMillis(),
                desk.timings().firstRetryMillis() << Math.min(round, 20));
        round++;
        long jitter = desk.random().nextLong(delay / 4 + 1);
        desk.outbox().after(delay - jitter, _ -> {
            retryTimed = false;
            if (isIdle()) {
                queue.wantsRound(this);
            }
        });
    }

    private void settle() {
        if (storedAtMillis < 0) {
            desk.outbox().add(new Effect.PutStored(status()));
        }
        end(new Effect.PutSettled(status()));
    }

    private void fail(Rejection rejection) {
        end(new Effect.PutFailed(queued.id(), rejection));
    }

    /// Tells the end and only then leaves the queue: who crashes between tells it again.
    private void end(Effect told) {
        over = true;
        running = false;
        requests.forget();
        desk.outbox().add(told);
        queue.remove(this);
        queue.roundOver(this);
    }

    private int durable() {
        return (int) units.stream().filter(unit -> unit.durable).count();
    }

    PutStatus status() {
        List<PutStatus.DurableShard> durable = new ArrayList<>();
        Map<PeerId, Integer> load = new HashMap<>();
        int most = 0;
        for (Unit unit : units) {
            if (unit.durable && unit.holder != null) {
                durable.add(new PutStatus.DurableShard(unit.index, unit.holder));
                most = Math.max(most, load.merge(unit.holder, 1, Integer::sum));
            }
        }
        return new PutStatus(queued.id(), durable, units.size(), most);
    }

    private String problems() {
        if (placement.holders().isEmpty()) {
            return "no storage node is registered";
        }
        Map<String, Long> counted = units.stream().filter(unit -> !unit.durable)
                .map(unit -> unit.problem.isEmpty() ? "no node is free" : unit.problem)
                .collect(Collectors.groupingBy(problem -> problem, TreeMap::new,
                        Collectors.counting()));
        return durable() + " of " + units.size() + " shards durable (expected: " + needed
                + " or more): "
                + counted.entrySet().stream().map(one -> one.getValue() + " × " + one.getKey())
                        .collect(Collectors.joining(", "));
    }
}
