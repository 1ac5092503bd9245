package network.dchat.testnet.house.breach.mailbox;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// A machine that no rule complains about.
public final class Clean {
    private static final long HOUR_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final SplittableRandom random;

    /// Draws from a seed.
    public Clean(long seed) {
        random = new SplittableRandom(seed);
    }

    /// What follows.
    public List<Long> apply(long nowMillis) {
        return List.of(nowMillis + random.nextLong(HOUR_MILLIS));
    }
}
