package network.dchat.gateway.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import network.dchat.identity.WalletAddress;

/// How many requests each wallet may make: a token bucket that refills steadily and holds two
/// seconds' worth. Safe for many threads.
final class RateLimits {
    private static final int REMEMBERED = 100_000;
    private static final int BURST_SECONDS = 2;

    private final int perSecond;
    private final Map<WalletAddress, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    RateLimits(int perSecond) {
        this.perSecond = perSecond;
    }

    /// Whether a request may go on.
    ///
    /// @param left requests that may follow at once
    /// @param secondsToWait until the next may, at least 1 when none may now
    record Answer(boolean allowed, long left, long secondsToWait) {
        /// The `RateLimit` field (draft-ietf-httpapi-ratelimit-headers).
        String header() {
            return "\"wallet\";r=" + left + ";t=" + secondsToWait;
        }
    }

    /// The `RateLimit-Policy` field.
    String policy() {
        return "\"wallet\";q=" + BURST_SECONDS * perSecond + ";w=" + BURST_SECONDS;
    }

    synchronized Answer take(WalletAddress wallet, long nowMillis) {
        Bucket bucket = buckets.computeIfAbsent(wallet,
                _ -> new Bucket(capacityMillis(), nowMillis));
        if (buckets.size() > REMEMBERED) {
            buckets.remove(buckets.keySet().iterator().next());
        }
        bucket.refill(nowMillis, perSecond, capacityMillis());
        boolean allowed = bucket.thousandths >= 1000;
        bucket.thousandths -= allowed ? 1000 : 0;
        return new Answer(allowed, bucket.thousandths / 1000, allowed ? 0 : 1);
    }

    private long capacityMillis() {
        return 1000L * BURST_SECONDS * perSecond;
    }

    private static final class Bucket {
        private long thousandths;
        private long atMillis;

        Bucket(long thousandths, long atMillis) {
            this.thousandths = thousandths;
            this.atMillis = atMillis;
        }

        void refill(long nowMillis, int perSecond, long capacity) {
            long elapsed = Math.max(0, Math.min(nowMillis - atMillis, 3_600_000));
            thousandths = Math.min(capacity, thousandths + elapsed * perSecond);
            atMillis = Math.max(atMillis, nowMillis);
        }
    }
}
