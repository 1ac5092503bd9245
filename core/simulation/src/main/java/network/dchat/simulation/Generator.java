package network.dchat.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/// Draws values for seeded tests. Sizes and numbers lean towards the ends of their range, where
/// mistakes are: each end is drawn one time in ten.
public final class Generator {
    private static final double EDGE_CHANCE = 0.1;

    private final SplittableRandom random;

    public Generator(SplittableRandom random) {
        this.random = random;
    }

    /// A generator whose draws do not disturb this one's.
    public Generator split() {
        return new Generator(random.split());
    }

    /// An independent random source, for code that wants one.
    public SplittableRandom splitRandom() {
        return random.split();
    }

    /// Evenly from `minimum` to `maximum`, both included.
    public int evenly(int minimum, int maximum) {
        return (int) evenly((long) minimum, (long) maximum);
    }

    /// Evenly from `minimum` to `maximum`, both included.
    public long evenly(long minimum, long maximum) {
        Checks.range("maximum", maximum, minimum, Long.MAX_VALUE);
        if (maximum == Long.MAX_VALUE) {
            return minimum == Long.MIN_VALUE
                    ? random.nextLong()
                    : random.nextLong(minimum - 1, maximum) + 1;
        }
        return random.nextLong(minimum, maximum + 1);
    }

    /// From `minimum` to `maximum`, both included and more often than others.
    public int between(int minimum, int maximum) {
        return (int) between((long) minimum, (long) maximum);
    }

    /// From `minimum` to `maximum`, both included and more often than others.
    public long between(long minimum, long maximum) {
        double draw = random.nextDouble();
        if (draw < EDGE_CHANCE) {
            return minimum;
        }
        return draw < 2 * EDGE_CHANCE ? maximum : evenly(minimum, maximum);
    }

    /// Any long: small ones, powers of two and their neighbours as often as all others.
    public long anyLong() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(-3, 4);
            case 1 -> (1L << random.nextInt(64)) + random.nextInt(-1, 2);
            case 2 -> random.nextInt();
            default -> random.nextLong();
        };
    }

    /// A share of 0 to 1, 1 excluded.
    public double share() {
        return random.nextDouble();
    }

    /// True in `share` of all draws.
    public boolean chance(double share) {
        return random.nextDouble() < share;
    }

    /// A time of exponential distribution, as between events that know nothing of each other.
    public Duration exponential(Duration mean) {
        return Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) * mean.toNanos()));
    }

    /// Evenly from `minimum` to `maximum`.
    public Duration duration(Duration minimum, Duration maximum) {
        return Duration.ofNanos(evenly(minimum.toNanos(), maximum.toNanos()));
    }

    /// Zero in half of all draws, otherwise up to `maximum`.
    public double swarmRate(double maximum) {
        double draw = random.nextDouble(-1, 1);
        return draw < 0 ? 0 : draw * maximum;
    }

    /// Bytes of exactly this length.
    public byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Bytes of a length from `minimum` to `maximum`.
    public byte[] bytes(int minimum, int maximum) {
        return bytes(between(minimum, maximum));
    }

    /// Lower-case letters of a length from `minimum` to `maximum`.
    public String letters(int minimum, int maximum) {
        int length = between(minimum, maximum);
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            letters.append((char) ('a' + random.nextInt(26)));
        }
        return letters.toString();
    }

    /// One of these.
    public <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /// All of these in a drawn order.
    public <T> List<T> shuffled(List<T> items) {
        List<T> order = new ArrayList<>(items);
        for (int i = order.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            T kept = order.get(i);
            order.set(i, order.get(other));
            order.set(other, kept);
        }
        return order;
    }

    /// `count` different ones of these, in a drawn order.
    public <T> List<T> sample(List<T> items, int count) {
        Checks.range("count", count, 0, items.size());
        return List.copyOf(shuffled(items).subList(0, count));
    }

    /// A list of `minimum` to `maximum` drawn items.
    public <T> List<T> list(int minimum, int maximum, Function<Generator, T> item) {
        int length = between(minimum, maximum);
        List<T> items = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            items.add(item.apply(this));
        }
        return items;
    }
}
