package network.dchat.peers;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import network.dchat.identity.PeerId;

/// How well each peer behaved here: a score from 0 to 1 that starts at ½ and drifts back to it,
/// half of the way each hour. Local knowledge, never told to anyone.
///
/// The peer judged longest ago is forgotten first; its score was the nearest to ½.
public final class Reputations {
    /// The score of a peer of which nothing is known.
    public static final double START = 0.5;

    private static final double HALF_LIFE_MILLIS = 3_600_000;

    private final int maximum;
    private final Map<PeerId, Score> scores = new LinkedHashMap<>(16, 0.75f, true);

    /// Nobody is known.
    ///
    /// @param maximum how many peers are remembered
    public Reputations(int maximum) {
        this.maximum = maximum;
    }

    private record Score(double value, long atMillis) {
        double at(long nowMillis) {
            double passed = Math.max(0, nowMillis - atMillis);
            return START + (value - START) * Math.pow(2, -passed / HALF_LIFE_MILLIS);
        }
    }

    /// The score at this time.
    public double score(PeerId peer, long nowMillis) {
        Score score = scores.get(peer);
        return score == null ? START : score.at(nowMillis);
    }

    /// Takes a deed into account.
    public void judge(PeerId peer, Deed deed, long nowMillis) {
        scores.put(peer, new Score(deed.applyTo(score(peer, nowMillis)), nowMillis));
        if (scores.size() > maximum) {
            Iterator<PeerId> oldest = scores.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /// How many peers are remembered.
    public int size() {
        return scores.size();
    }
}
