package network.dchat.dht;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// One iterative lookup (Kademlia, section 2.3): asks the closest peers it knows of, α at a time,
/// until the k closest that are there have answered. A peer that takes long is passed over and no
/// longer counts among them, but may still answer.
///
/// A lookup for a record ends early when a quorum of holders has been heard. Bounded by the number
/// of calls, by four times k candidates, and by a deadline.
final class Search {
    private static final int CANDIDATES_PER_BUCKET_SIZE = 4;

    final long id;
    final Query query;
    final Goal goal;
    final Key target;
    final long startedAtMillis;
    private final PeerId self;
    private final DhtLimits limits;
    private final TreeMap<Key, Candidate> candidates;
    private Optional<VerifiedRecord> newest = Optional.empty();
    private int holders;
    private int asked;
    private int calls;
    private int answers;

    Search(long id, Query query, Goal goal, PeerId self, DhtLimits limits, long nowMillis) {
        this.id = id;
        this.query = query;
        this.goal = goal;
        this.self = self;
        this.limits = limits;
        this.target = Key.of(query.target());
        this.startedAtMillis = nowMillis;
        this.candidates = new TreeMap<>(target::compareDistances);
    }

    /// What a lookup is for.
    sealed interface Goal {
        /// Someone outside asked.
        record Answer(long lookupId) implements Goal {}

        /// A record goes to whom it finds.
        record Place(Publication publication) implements Goal {}

        /// We look for our own neighbours.
        record Join() implements Goal {}

        /// A bucket is filled.
        record Refresh() implements Goal {}
    }

    private enum State {
        FRESH, ASKED, SLOW, ANSWERED, FAILED
    }

    private static final class Candidate {
        private final Certified<PeerRecord> record;
        private State state = State.FRESH;
        private long askedAtMillis;
        private Optional<VerifiedRecord> copy = Optional.empty();

        Candidate(Certified<PeerRecord> record) {
            this.record = record;
        }

        /// True when it is one of those whose answers end the lookup.
        boolean counts() {
            return state != State.FAILED && state != State.SLOW;
        }
    }

    void hear(Certified<PeerRecord> record) {
        PeerRecord value = record.value();
        if (value.peer().equals(self) || value.addresses().isEmpty()) {
            return;
        }
        candidates.putIfAbsent(Key.of(value.peer().dhtKey()), new Candidate(record));
        if (candidates.size() > CANDIDATES_PER_BUCKET_SIZE * limits.bucketSize()
                && candidates.lastEntry().getValue().state == State.FRESH) {
            candidates.pollLastEntry();
        }
    }

    /// A copy that lies here. It is an answer only when nobody has a newer one.
    void haveCopy(VerifiedRecord record) {
        if (newest.isEmpty() || record.isNewerThan(newest.get())) {
            newest = Optional.of(record);
        }
    }

    /// Whom to ask now; they count as asked.
    List<Certified<PeerRecord>> next(long nowMillis) {
        List<Certified<PeerRecord>> chosen = new ArrayList<>();
        if (enoughHolders()) {
            return chosen;
        }
        int best = 0;
        for (Candidate candidate : candidates.values()) {
            boolean mayAsk = asked < limits.parallelism() && calls < limits.lookups().calls();
            if (best >= limits.bucketSize() || !mayAsk) {
                return chosen;
            }
            best += candidate.counts() ? 1 : 0;
            if (candidate.state == State.FRESH) {
                move(candidate, State.ASKED);
                candidate.askedAtMillis = nowMillis;
                calls++;
                chosen.add(candidate.record);
            }
        }
        return chosen;
    }

    void answered(PeerId peer, Optional<VerifiedRecord> copy, List<Certified<PeerRecord>> told) {
        Candidate candidate = candidates.get(Key.of(peer.dhtKey()));
        if (candidate != null) {
            move(candidate, State.ANSWERED);
            candidate.copy = copy;
            answers++;
            holders += copy.isPresent() ? 1 : 0;
            copy.ifPresent(this::haveCopy);
        }
        told.forEach(this::hear);
    }

    void failed(PeerId peer) {
        Candidate candidate = candidates.get(Key.of(peer.dhtKey()));
        if (candidate != null) {
            move(candidate, State.FAILED);
        }
    }

    /// Passes over those that take longer than this.
    void passOver(long patienceMillis, long nowMillis) {
        for (Candidate candidate : candidates.values()) {
            if (candidate.state == State.ASKED
                    && nowMillis - candidate.askedAtMillis >= patienceMillis) {
                move(candidate, State.SLOW);
            }
        }
    }

    /// True when the k closest that have neither failed nor kept us waiting have answered.
    boolean isDone() {
        if (enoughHolders()) {
            return true;
        }
        boolean callsLeft = calls < limits.lookups().calls();
        int best = 0;
        for (Candidate candidate : candidates.values()) {
            if (best >= limits.bucketSize()) {
                return true;
            }
            best += candidate.counts() ? 1 : 0;
            if (candidate.state == State.ASKED || (candidate.state == State.FRESH && callsLeft)) {
                return false;
            }
        }
        return true;
    }

    Optional<VerifiedRecord> newest() {
        return newest;
    }

    int answers() {
        return answers;
    }

    /// The k closest that answered.
    List<Certified<PeerRecord>> closest() {
        return candidates.values().stream().filter(candidate -> candidate.state == State.ANSWERED)
                .limit(limits.bucketSize()).map(candidate -> candidate.record).toList();
    }

    /// Those of them that answered without the newest record.
    List<Certified<PeerRecord>> outdated(VerifiedRecord record) {
        return candidates.values().stream().filter(candidate -> candidate.state == State.ANSWERED)
                .limit(limits.bucketSize())
                .filter(candidate -> candidate.copy.isEmpty()
                        || record.isNewerThan(candidate.copy.get()))
                .map(candidate -> candidate.record).toList();
    }

    private boolean enoughHolders() {
        return query instanceof Query.Newest && holders >= limits.lookups().quorum();
    }

    private void move(Candidate candidate, State state) {
        asked += (state == State.ASKED ? 1 : 0) - (candidate.state == State.ASKED ? 1 : 0);
        candidate.state = state;
    }
}
