package network.dchat.gossip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;

/// Rumors that neighbours hold and we do not. Most come by themselves a moment later; the others
/// are asked for, of one neighbour after the other.
///
/// No neighbour may take more than a quarter of the room with ids that it named first.
final class Wishes {
    /// How long an announced rumor may take to come by itself.
    static final long PATIENCE_MILLIS = 150;

    private static final long RETRY_MILLIS = 1_000;
    private static final int MAXIMUM_TELLERS = 8;

    private final int maximum;
    private final Map<Hash, Wish> wishes = new LinkedHashMap<>();
    private final Map<PeerId, Integer> namedFirst = new HashMap<>();

    Wishes(int maximum) {
        this.maximum = maximum;
    }

    /// Something to be asked for.
    record Question(PeerId teller, Hash id) {}

    /// Remembers that a neighbour holds an id; false when there is no room.
    boolean add(Hash id, PeerId teller, long nowMillis) {
        Wish wish = wishes.get(id);
        if (wish == null) {
            int named = namedFirst.getOrDefault(teller, 0);
            if (wishes.size() >= maximum || named >= Math.max(1, maximum / 4)) {
                return false;
            }
            wish = new Wish(teller, nowMillis + PATIENCE_MILLIS);
            wishes.put(id, wish);
            namedFirst.put(teller, named + 1);
        }
        if (wish.tellers.size() < MAXIMUM_TELLERS && !wish.tellers.contains(teller)) {
            wish.tellers.add(teller);
        }
        return true;
    }

    void remove(Hash id) {
        Wish wish = wishes.remove(id);
        if (wish != null) {
            release(wish);
        }
    }

    /// What is due now, each of the next neighbour that holds it; whoever has run out of neighbours
    /// is given up.
    List<Question> due(long nowMillis) {
        List<Question> questions = new ArrayList<>();
        for (Iterator<Map.Entry<Hash, Wish>> all = wishes.entrySet().iterator(); all.hasNext();) {
            Map.Entry<Hash, Wish> entry = all.next();
            Wish wish = entry.getValue();
            if (wish.dueMillis > nowMillis) {
                continue;
            }
            if (wish.tellers.isEmpty()) {
                all.remove();
                release(wish);
            } else {
                questions.add(new Question(wish.tellers.removeFirst(), entry.getKey()));
                wish.dueMillis = nowMillis + RETRY_MILLIS;
            }
        }
        return questions;
    }

    void forgetTeller(PeerId teller) {
        wishes.values().forEach(wish -> wish.tellers.remove(teller));
    }

    boolean isEmpty() {
        return wishes.isEmpty();
    }

    int size() {
        return wishes.size();
    }

    private void release(Wish wish) {
        namedFirst.computeIfPresent(wish.first, (_, named) -> named > 1 ? named - 1 : null);
    }

    private static final class Wish {
        private final PeerId first;
        private final List<PeerId> tellers = new ArrayList<>();
        private long dueMillis;

        Wish(PeerId first, long dueMillis) {
            this.first = first;
            this.dueMillis = dueMillis;
        }
    }
}
