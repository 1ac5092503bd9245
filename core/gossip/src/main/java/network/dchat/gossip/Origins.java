package network.dchat.gossip;

import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import network.dchat.identity.PeerId;

/// What is known of those who say something: the sequence numbers used up and the rate.
///
/// A sequence number is good when it was not used and is above the highest one less 1,024, because
/// rumors overtake each other. The origin silent for longest is forgotten first.
final class Origins {
    private static final int REORDERING = 1_024;

    private final int maximum;
    private final int rate;
    private final Map<PeerId, Origin> origins = new LinkedHashMap<>(16, 0.75f, true);

    Origins(int maximum, int rate) {
        this.maximum = maximum;
        this.rate = rate;
    }

    boolean isFresh(PeerId origin, long sequence) {
        Origin known = origins.get(origin);
        return known == null || known.isFresh(sequence);
    }

    long waitMillis(PeerId origin, long nowMillis) {
        Origin known = origins.get(origin);
        return known == null ? 0 : known.bucket.waitMillis(nowMillis);
    }

    void use(PeerId id, long sequence, long nowMillis) {
        Origin origin = origins.computeIfAbsent(id,
                _ -> new Origin(new TokenBucket(rate, nowMillis)));
        origin.use(sequence);
        origin.bucket.take();
        if (origins.size() > maximum) {
            Iterator<PeerId> longestSilent = origins.keySet().iterator();
            longestSilent.next();
            longestSilent.remove();
        }
    }

    int size() {
        return origins.size();
    }

    private static final class Origin {
        private final TokenBucket bucket;
        private final BitSet used = new BitSet(REORDERING);
        private long highest = -1;

        Origin(TokenBucket bucket) {
            this.bucket = bucket;
        }

        boolean isFresh(long sequence) {
            if (sequence > highest) {
                return true;
            }
            return highest - sequence < REORDERING && !used.get((int) (sequence % REORDERING));
        }

        void use(long sequence) {
            if (highest < 0 || sequence - highest >= REORDERING) {
                used.clear();
            } else {
                for (long skipped = highest + 1; skipped <= sequence; skipped++) {
                    used.clear((int) (skipped % REORDERING));
                }
            }
            used.set((int) (sequence % REORDERING));
            highest = Math.max(highest, sequence);
        }
    }
}
