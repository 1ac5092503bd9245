package network.dchat.gossip;

/// A rate with a burst of two seconds' worth, in whole thousandths of a token.
final class TokenBucket {
    private static final long TOKEN = 1_000;
    private static final long BURST_SECONDS = 2;

    private final long ratePerSecond;
    private long level;
    private long filledAtMillis;

    TokenBucket(int ratePerSecond, long nowMillis) {
        this.ratePerSecond = ratePerSecond;
        this.level = full();
        this.filledAtMillis = nowMillis;
    }

    /// How long until there is a token; 0 when there is one now.
    long waitMillis(long nowMillis) {
        fill(nowMillis);
        return level >= TOKEN ? 0 : Math.ceilDiv(TOKEN - level, ratePerSecond);
    }

    /// Takes a token that [#waitMillis] said is there.
    void take() {
        level -= TOKEN;
    }

    /// True when nothing of its burst is in use, so that a new bucket would be the same.
    boolean isFull(long nowMillis) {
        fill(nowMillis);
        return level == full();
    }

    private void fill(long nowMillis) {
        long passed = Math.clamp(nowMillis - filledAtMillis, 0, BURST_SECONDS * 1_000);
        level = Math.min(full(), level + passed * ratePerSecond);
        filledAtMillis = nowMillis;
    }

    private long full() {
        return BURST_SECONDS * ratePerSecond * TOKEN;
    }
}
