package network.dchat.gossip;

/// How good a link is, as the connection table sees it.
///
/// @param region where the neighbour says it is; empty when it does not say
/// @param latencyMillis smoothed round trip
/// @param score reputation from 0 to 1
public record Standing(String region, long latencyMillis, double score) {
    /// A neighbour of which nothing is known yet.
    public static final Standing UNKNOWN = new Standing("", 100, 0.5);

    /// Checks the ranges.
    public Standing {
        if (latencyMillis < 0) {
            throw new IllegalArgumentException(
                    "latencyMillis: " + latencyMillis + " (expected: 0 or more)");
        }
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score: " + score + " (expected: 0 to 1)");
        }
    }

    /// What links are chosen by: 0 is worst. A second of round trip weighs as much as the whole
    /// score.
    double weight() {
        return score * 1_000 / (1_000 + latencyMillis);
    }
}
