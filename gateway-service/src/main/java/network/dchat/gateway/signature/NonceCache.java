package network.dchat.gateway.signature;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import network.dchat.identity.PublicKey;

/// The nonces that were seen, each for as long as a request with it could be accepted again. Safe
/// for many threads.
final class NonceCache {
    private final int limit;
    private final long keptMillis;
    private final Map<Key, Long> seen = new LinkedHashMap<>();

    NonceCache(int limit, long keptMillis) {
        this.limit = limit;
        this.keptMillis = keptMillis;
    }

    /// What became of a nonce.
    enum Outcome {
        /// It is remembered from now on.
        FRESH,
        /// It was seen before.
        REPLAYED,
        /// There is no room to remember it.
        FULL
    }

    synchronized boolean isKnown(PublicKey device, String nonce, long nowMillis) {
        forget(nowMillis);
        return seen.containsKey(new Key(device, nonce));
    }

    synchronized Outcome remember(PublicKey device, String nonce, long nowMillis) {
        forget(nowMillis);
        Key key = new Key(device, nonce);
        if (seen.containsKey(key)) {
            return Outcome.REPLAYED;
        }
        if (seen.size() >= limit) {
            return Outcome.FULL;
        }
        seen.put(key, nowMillis);
        return Outcome.FRESH;
    }

    private void forget(long nowMillis) {
        Iterator<Long> oldest = seen.values().iterator();
        while (oldest.hasNext() && oldest.next() + keptMillis < nowMillis) {
            oldest.remove();
        }
    }

    private record Key(PublicKey device, String nonce) {}
}
