package network.dchat.mailbox;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import network.dchat.identity.WalletAddress;

/// A rate for each user: so many a second in the long run, a burst at once. Users who have their
/// whole burst are not remembered.
final class TokenBuckets {
    private static final long MILLI = 1_000;

    private final long perSecond;
    private final long capacity;
    private final int maximumUsers;
    private final Map<WalletAddress, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /// Tokens are counted in thousandths.
    private static final class Bucket {
        private long tokens;
        private long atMillis;
    }

    TokenBuckets(int perSecond, int burstFactor, int maximumUsers) {
        this.perSecond = perSecond;
        this.capacity = perSecond * (long) burstFactor * MILLI;
        this.maximumUsers = maximumUsers;
    }

    /// Takes one token: 0 when there was one, else the milliseconds until there is.
    long take(WalletAddress user, long nowMillis) {
        Bucket bucket = buckets.get(user);
        if (bucket == null) {
            bucket = new Bucket();
            bucket.tokens = capacity;
            bucket.atMillis = nowMillis;
            buckets.put(user, bucket);
            forgetOldest();
        }
        long passed = Math.max(0, nowMillis - bucket.atMillis);
        bucket.tokens = Math.min(capacity, bucket.tokens + Math.min(passed, capacity) * perSecond);
        bucket.atMillis = Math.max(nowMillis, bucket.atMillis);
        if (bucket.tokens >= MILLI) {
            bucket.tokens -= MILLI;
            return 0;
        }
        return Math.max(1, Math.ceilDiv(MILLI - bucket.tokens, perSecond));
    }

    /// Forgets users who have their whole burst again.
    void sweep(long nowMillis) {
        buckets.values()
                .removeIf(bucket -> bucket.tokens
                        + Math.min(capacity, Math.max(0, nowMillis - bucket.atMillis))
                                * perSecond >= capacity);
    }

    int users() {
        return buckets.size();
    }

    private void forgetOldest() {
        if (buckets.size() > maximumUsers) {
            Iterator<Bucket> oldest = buckets.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
