package network.dchat.dht;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Certified;
import network.dchat.identity.Hash;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// Kademlia (Maymounkov and Mazières, 2002) over signed records.
///
/// A node enters through any other one: it asks the entries it was given and the peers it remembers
/// until somebody answers, looks for itself, and fills its buckets on the way. From then on it
/// answers others, keeps the records that lie close to it, and keeps its own ones up. When all
/// contacts are lost it enters anew by itself.
///
/// A peer is put into the table only after it answered a call at an address of its own record.
/// Owned by one thread.
public final class Dht {
    private static final long FIRST_MAINTENANCE_MILLIS = 1_000;
    private static final long MAINTENANCE_MILLIS = 10_000;
    private static final long FIRST_RETRY_MILLIS = 1_000;
    private static final long LONGEST_RETRY_MILLIS = 30_000;
    private static final int ENTRIES_AT_ONCE = 8;
    private static final long OLDEST_CHECK_MILLIS = 60_000;

    private final PeerId self;
    private final Hash selfKey;
    private final DhtLimits limits;
    private final SplittableRandom random;
    private final List<Effect> effects = new ArrayList<>();
    private final OwnRecords own;
    private final RoutingTable table;
    private final RecordStore store;
    private final Published published;
    private final Calls calls;
    private final Searches searches;
    private final Entrance entrance;
    private final Upkeep upkeep;
    private boolean started;
    private long callsFailed;
    private long requests;
    private long storesRefused;

    /// A node that knows nobody.
    ///
    /// @param seed draws keys for refreshing buckets and spreads timers
    public Dht(PeerId self, DhtLimits limits, long seed) {
        this.self = self;
        this.selfKey = self.dhtKey();
        this.limits = limits;
        this.random = new SplittableRandom(seed);
        this.own = new OwnRecords(self);
        this.table = new RoutingTable(self, limits);
        this.store = new RecordStore(selfKey, limits.storage());
        this.published = new Published(limits.storage().published());
        this.calls = new Calls(own, effects::add);
        this.searches = new Searches(self, limits, table, calls, effects::add);
        this.entrance = new Entrance(limits, table, calls);
        this.upkeep = new Upkeep(selfKey, limits, table, random.split());
    }

    /// Takes one input and says what is to be done, in order.
    public List<Effect> apply(Input input) {
        long now = input.nowMillis();
        switch (input) {
            case Input.Bootstrap(var entries, var remembered, _) ->
                bootstrap(entries, remembered, now);
            case Input.OwnRecords(var records, _) -> setOwnRecords(records, now);
            case Input.RequestReceived(long requestId, Caller caller, Request request, _) ->
                answer(requestId, caller, request, now);
            case Input.ResponseReceived answer -> received(answer.callId(),
                    new Answer(answer.from(), answer.address(), answer.response()), now);
            case Input.CallFailed(long callId, _, _) -> {
                callsFailed++;
                calls.end(callId).ifPresent(purpose -> failed(purpose, now));
            }
            case Input.Lookup(long lookupId, Query query, _) ->
                begin(query, new Search.Goal.Answer(lookupId), now);
            case Input.Publish(long publishId, VerifiedRecord record, _) ->
                publish(publishId, record, now);
            case Input.Withdraw(RecordKey key, _) -> published.remove(key);
            case Input.PeerSeen(var record, _) -> greet(record, now);
            case Input.PeerLost(PeerId peer, _) -> {
                if (table.remove(peer)) {
                    lost(peer, now);
                }
            }
            case Input.TimerElapsed(Timer timer, _) -> elapsed(timer, now);
        }
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    /// Counts and sizes.
    public Tally tally() {
        return new Tally(table.size(), store.size(), published.size(), searches.begun(),
                calls.made(), callsFailed, requests, storesRefused);
    }

    /// The records of all contacts, closest to us first.
    public List<Certified<PeerRecord>> contacts() {
        return table.closest(Key.of(selfKey), Integer.MAX_VALUE, _ -> true).stream()
                .map(contact -> contact.record()).toList();
    }

    private void bootstrap(List<Multiaddr> entries, List<Certified<PeerRecord>> remembered,
            long nowMillis) {
        entrance.set(entries, remembered);
        if (!started) {
            started = true;
            effects.add(new Effect.SetTimer(Timer.MAINTAIN, FIRST_MAINTENANCE_MILLIS));
        }
        enter(nowMillis);
    }

    private void enter(long nowMillis) {
        entrance.ask(ENTRIES_AT_ONCE, nowMillis);
        long wait = entrance.nextWaitMillis(FIRST_RETRY_MILLIS, LONGEST_RETRY_MILLIS);
        effects.add(new Effect.SetTimer(Timer.ENTER, wait + random.nextLong(wait / 4 + 1)));
    }

    private void setOwnRecords(List<Certified<PeerRecord>> records, long nowMillis) {
        own.set(records);
        own.published().map(VerifiedRecord::ofPeer).ifPresent(record -> {
            Optional<Rejection> rejection = published.add(record, nowMillis);
            if (rejection.isEmpty() && table.size() > 0) {
                place(new Publication(OptionalLong.empty(), record), nowMillis);
            }
        });
    }

    private void publish(long publishId, VerifiedRecord record, long nowMillis) {
        Optional<Rejection> rejection = published.add(record, nowMillis);
        if (rejection.isPresent()) {
            effects.add(new Effect.Published(publishId, 0, rejection));
        } else {
            place(new Publication(OptionalLong.of(publishId), record), nowMillis);
        }
    }

    private void place(Publication publication, long nowMillis) {
        begin(new Query.Closest(publication.record.key().key()), new Search.Goal.Place(publication),
                nowMillis);
    }

    private void begin(Query query, Search.Goal goal, long nowMillis) {
        Optional<VerifiedRecord> copy = query instanceof Query.Newest(RecordKey key)
                ? find(key, AddressScope.LOOPBACK, nowMillis)
                : Optional.empty();
        searches.begin(new Searches.Start(query, goal, copy), nowMillis);
        endSearches(nowMillis);
    }

    // Answering others

    private void answer(long requestId, Caller caller, Request request, long nowMillis) {
        requests++;
        caller.record().ifPresent(record -> greet(record, nowMillis));
        Response response = switch (request) {
            case Request.Ping() -> new Response.Pong(own.toldTo(caller.scope()));
            case Request.FindNode(Hash target) ->
                new Response.Nodes(closest(target, caller, nowMillis));
            case Request.FindValue(RecordKey key) -> new Response.Value(
                    find(key, caller.scope(), nowMillis), closest(key.key(), caller, nowMillis));
            case Request.Store(VerifiedRecord record) ->
                new Response.Stored(keep(record, nowMillis));
        };
        effects.add(new Effect.Reply(requestId, response));
    }

    private List<Certified<PeerRecord>> closest(Hash target, Caller caller, long nowMillis) {
        return table
                .closest(Key.of(target), limits.bucketSize(),
                        contact -> !contact.peer.equals(caller.peer())
                                && contact.record().value().expiresAtMillis() > nowMillis
                                && contact.scope().mayBeToldTo(caller.scope()))
                .stream().map(contact -> contact.record()).toList();
    }

    /// The newest copy of a record that lies here and may be told to someone in this scope.
    private Optional<VerifiedRecord> find(RecordKey key, AddressScope listener, long nowMillis) {
        if (key.equals(RecordKey.ofPeer(self))) {
            return own.toldTo(listener).map(VerifiedRecord::ofPeer);
        }
        VerifiedRecord newest = null;
        for (Optional<VerifiedRecord> copy : List.of(published.find(key, nowMillis),
                store.find(key, nowMillis), contactRecord(key, nowMillis))) {
            boolean better = copy.isPresent() && (newest == null || copy.get().isNewerThan(newest))
                    && mayTell(copy.get(), listener);
            newest = better ? copy.get() : newest;
        }
        return Optional.ofNullable(newest);
    }

    private Optional<VerifiedRecord> contactRecord(RecordKey key, long nowMillis) {
        return table.closest(Key.of(key.key()), 1, _ -> true).stream()
                .map(contact -> VerifiedRecord.ofPeer(contact.record()))
                .filter(record -> record.key().equals(key)
                        && record.content().expiresAtMillis() > nowMillis)
                .findFirst();
    }

    private static boolean mayTell(VerifiedRecord record, AddressScope listener) {
        return !(record.content() instanceof Content.OfPeer(PeerRecord told))
                || told.scope().mayBeToldTo(listener);
    }

    private Optional<Rejection> keep(VerifiedRecord record, long nowMillis) {
        Optional<Rejection> rejection = store.put(record, nowMillis);
        if (rejection.isPresent()) {
            storesRefused++;
        } else if (record.content() instanceof Content.OfPeer(PeerRecord peer)) {
            heardOf(new Certified<>(peer, record.signed()), nowMillis);
        }
        return rejection;
    }

    /// Somebody made itself known: it is checked while there is room for it.
    private void greet(Certified<PeerRecord> record, long nowMillis) {
        if (heardOf(record, nowMillis) && calls.checks() < limits.lookups().checks()
                && !calls.isChecking(record.value().peer())) {
            calls.check(record);
        }
    }

    private boolean heardOf(Certified<PeerRecord> record, long nowMillis) {
        if (record.value().peer().equals(self)) {
            return false;
        }
        boolean known = table.find(record.value().peer())
                .filter(contact -> contact.record().value().sequence() >= record.value().sequence())
                .isPresent();
        if (!known) {
            effects.add(new Effect.PeerHeardOf(record));
        }
        return table.heardOf(record, nowMillis);
    }

    // Answers of others

    private record Answer(PeerId from, Multiaddr address, Response response) {}

    private void received(long callId, Answer answer, long nowMillis) {
        Optional<Calls.Purpose> ended = calls.end(callId);
        if (ended.isEmpty()) {
            return;
        }
        Calls.Purpose purpose = ended.get();
        boolean wrongPeer = answer.from.equals(self)
                || !purpose.expected().map(answer.from::equals).orElse(true);
        Optional<Rejection> fault = fault(purpose, answer);
        if (wrongPeer || fault.isPresent()) {
            callsFailed++;
            fault.ifPresent(reason -> effects.add(new Effect.Misbehaved(answer.from, reason)));
            failed(purpose, nowMillis);
            return;
        }
        switch (purpose) {
            case Calls.Purpose.Enter(Multiaddr entry) -> entered(entry, answer, nowMillis);
            case Calls.Purpose.Check(var record) ->
                alive(responder(answer).orElse(record), answer.address, nowMillis);
            case Calls.Purpose.Seek(long searchId, var record) -> {
                alive(record, answer.address, nowMillis);
                sought(searchId, answer, nowMillis);
            }
            case Calls.Purpose.Place(Publication publication, var record) -> {
                alive(record, answer.address, nowMillis);
                boolean stored = answer.response instanceof Response.Stored(var refusal)
                        && refusal.isEmpty();
                placed(publication, stored ? 1 : 0);
            }
        }
    }

    /// What is wrong with an answer, apart from who sent it.
    private Optional<Rejection> fault(Calls.Purpose purpose, Answer answer) {
        boolean good = switch (purpose) {
            case Calls.Purpose.Enter _,Calls.Purpose.Check _ ->
                answer.response instanceof Response.Pong && responder(answer)
                        .map(record -> record.value().peer().equals(answer.from)).orElse(true);
            case Calls.Purpose.Seek(long searchId, _) -> switch (answer.response) {
                case Response.Nodes(var peers) -> peers.size() <= limits.bucketSize();
                case Response.Value(var record, var peers) ->
                    peers.size() <= limits.bucketSize() && searches.mayHold(searchId, record);
                case Response.Pong _,Response.Stored _ -> false;
            };
            case Calls.Purpose.Place _ -> answer.response instanceof Response.Stored;
        };
        return good
                ? Optional.empty()
                : Optional.of(
                        new Rejection(RejectionCode.INVALID, "answer does not fit the question"));
    }

    private static Optional<Certified<PeerRecord>> responder(Answer answer) {
        return answer.response instanceof Response.Pong(var responder)
                ? responder
                : Optional.empty();
    }

    private void entered(Multiaddr entry, Answer answer, long nowMillis) {
        entrance.answered(entry);
        responder(answer).ifPresent(record -> {
            boolean first = table.size() == 0;
            boolean added = alive(record, answer.address, nowMillis);
            if (added && !first) {
                join(nowMillis);
            }
        });
    }

    private void sought(long searchId, Answer answer, long nowMillis) {
        List<Certified<PeerRecord>> told = switch (answer.response) {
            case Response.Nodes(var peers) -> peers;
            case Response.Value(_, var peers) -> peers;
            case Response.Pong _,Response.Stored _ -> List.of();
        };
        told.forEach(record -> heardOf(record, nowMillis));
        searches.answered(searchId, answer.from, answer.response, nowMillis);
        endSearches(nowMillis);
    }

    /// True when the peer is a new contact.
    private boolean alive(Certified<PeerRecord> record, Multiaddr address, long nowMillis) {
        RoutingTable.Admission admission = table.answered(record, address, nowMillis);
        switch (admission) {
            case ADDED -> {
                upkeep.tableChanged();
                effects.add(new Effect.PeerAlive(record));
                if (table.size() == 1) {
                    join(nowMillis);
                }
            }
            case FULL -> {
                Contact oldest = table.bucketOf(Key.of(record.value().peer().dhtKey())).contacts
                        .getFirst();
                if (nowMillis - oldest.seenAtMillis >= OLDEST_CHECK_MILLIS
                        && !calls.isChecking(oldest.peer)) {
                    calls.check(oldest.record());
                }
            }
            case KNOWN, CROWDED, USELESS -> {
                // Nothing follows from it.
            }
        }
        return admission == RoutingTable.Admission.ADDED;
    }

    private void join(long nowMillis) {
        begin(new Query.Closest(selfKey), new Search.Goal.Join(), nowMillis);
    }

    private void failed(Calls.Purpose purpose, long nowMillis) {
        switch (purpose) {
            case Calls.Purpose.Enter _ -> {
                // It is asked again when the timer elapses.
            }
            case Calls.Purpose.Check(var record) -> silent(record.value().peer(), nowMillis);
            case Calls.Purpose.Seek(long searchId, var record) -> {
                silent(record.value().peer(), nowMillis);
                searches.failed(searchId, record.value().peer(), nowMillis);
                endSearches(nowMillis);
            }
            case Calls.Purpose.Place(Publication publication, var record) -> {
                silent(record.value().peer(), nowMillis);
                placed(publication, 0);
            }
        }
    }

    private void silent(PeerId peer, long nowMillis) {
        if (table.failed(peer)) {
            lost(peer, nowMillis);
        }
    }

    private void lost(PeerId peer, long nowMillis) {
        upkeep.tableChanged();
        effects.add(new Effect.PeerSilent(peer));
        table.bucketOf(Key.of(peer.dhtKey())).takeReplacement().ifPresent(calls::check);
        if (table.size() == 0) {
            entrance.begin();
            enter(nowMillis);
        }
    }

    // Lookups that have ended

    private void endSearches(long nowMillis) {
        for (Optional<Search> ended = searches.takeEnded(); ended
                .isPresent(); ended = searches.takeEnded()) {
            end(ended.get(), nowMillis);
        }
    }

    private void end(Search search, long nowMillis) {
        switch (search.goal) {
            case Search.Goal.Answer(long lookupId) ->
                effects.add(new Effect.LookupDone(lookupId, outcome(search)));
            case Search.Goal.Place(Publication publication) -> {
                search.closest().forEach(peer -> calls.place(publication, peer));
                placedWhenDone(publication);
            }
            case Search.Goal.Join() -> {
                published.hurry(nowMillis);
                for (Hash target : upkeep.targetsOfAllBuckets()) {
                    searches.begin(new Searches.Start(new Query.Closest(target),
                            new Search.Goal.Refresh(), Optional.empty()), nowMillis);
                }
                publishDue(nowMillis);
            }
            case Search.Goal.Refresh() -> {
                // The buckets were filled on the way.
            }
        }
    }

    /// The outcome for whoever asked. Holders of nothing or of something older get the newest copy.
    private Outcome outcome(Search search) {
        if (search.query instanceof Query.Closest) {
            return new Outcome.Peers(search.closest());
        }
        Optional<VerifiedRecord> newest = search.newest();
        if (newest.isEmpty()) {
            return new Outcome.Absent(search.answers());
        }
        Publication repair = new Publication(OptionalLong.empty(), newest.get());
        search.outdated(newest.get()).forEach(peer -> calls.place(repair, peer));
        return new Outcome.Found(newest.get());
    }

    private void placed(Publication publication, int copies) {
        publication.ended(copies);
        placedWhenDone(publication);
    }

    private void placedWhenDone(Publication publication) {
        if (publication.isDone()) {
            publication.publishId.ifPresent(id -> effects
                    .add(new Effect.Published(id, publication.copies(), Optional.empty())));
        }
    }

    // Timers

    private void elapsed(Timer timer, long nowMillis) {
        switch (timer) {
            case ENTER -> enter(nowMillis);
            case MAINTAIN -> maintain(nowMillis);
            case LOOKUPS -> {
                searches.look(nowMillis);
                endSearches(nowMillis);
            }
        }
    }

    private void maintain(long nowMillis) {
        effects.add(new Effect.SetTimer(Timer.MAINTAIN,
                MAINTENANCE_MILLIS + random.nextLong(MAINTENANCE_MILLIS / 10)));
        store.expire(nowMillis);
        if (table.size() > 0) {
            publishDue(nowMillis);
            replicate(nowMillis);
        }
        int free = limits.lookups().checks() - calls.checks();
        for (Certified<PeerRecord> record : upkeep.toCheck(free, nowMillis)) {
            if (!calls.isChecking(record.value().peer())) {
                calls.check(record);
            }
        }
        for (Hash target : upkeep.toRefresh(nowMillis)) {
            begin(new Query.Closest(target), new Search.Goal.Refresh(), nowMillis);
        }
        upkeep.toRemember(nowMillis).ifPresent(peers -> {
            entrance.remember(peers);
            effects.add(new Effect.RememberPeers(peers));
        });
    }

    private void publishDue(long nowMillis) {
        for (VerifiedRecord record : published.takeDue(limits.lookups().atOnce(), nowMillis)) {
            place(new Publication(OptionalLong.empty(), record), nowMillis);
        }
    }

    /// Passes on the records that nobody sent us for an hour, to the peers we know closest to them.
    private void replicate(long nowMillis) {
        for (VerifiedRecord record : store.takeUnrefreshed(Upkeep.REPLICATION_MILLIS,
                limits.lookups().atOnce(), nowMillis)) {
            Publication publication = new Publication(OptionalLong.empty(), record);
            table.closest(Key.of(record.key().key()), limits.bucketSize(), _ -> true)
                    .forEach(contact -> calls.place(publication, contact.record()));
        }
    }
}
