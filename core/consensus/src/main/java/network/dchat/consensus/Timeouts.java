package network.dchat.consensus;

import java.time.Duration;

/// How long a validator waits. Timeouts grow by a fixed amount a round, up to a cap.
///
/// @param propose for the proposer's block in round 0; 1 ms to 2 s
/// @param prevote for more prevotes, once two thirds have come, in round 0; 1 ms to 2 s
/// @param precommit for more precommits, once two thirds have come, in round 0; 1 ms to 2 s
/// @param growth what each further round adds, 0 or more
/// @param longest the cap, at least as long as the three timeouts
/// @param batch how soon after a block the next may begin when there is work, 0 to 50 ms
/// @param idle when a height begins though there is nothing to order, 1 ms or more
/// @param announce how often a validator tells what it holds, 1 ms or more
public record Timeouts(Duration propose, Duration prevote, Duration precommit, Duration growth,
        Duration longest, Duration batch, Duration idle, Duration announce) {
    private static final Duration LONGEST_FIRST = Duration.ofSeconds(2);
    private static final Duration LONGEST_BATCH = Duration.ofMillis(50);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LEAST = Duration.ofMillis(1);

    /// Refuses what lies outside of the ranges.
    public Timeouts {
        requireRange("propose", propose, LEAST, LONGEST_FIRST);
        requireRange("prevote", prevote, LEAST, LONGEST_FIRST);
        requireRange("precommit", precommit, LEAST, LONGEST_FIRST);
        requireRange("growth", growth, Duration.ZERO, HOUR);
        requireRange("longest", longest, propose, HOUR);
        requireRange("longest", longest, prevote, HOUR);
        requireRange("longest", longest, precommit, HOUR);
        requireRange("batch", batch, Duration.ZERO, LONGEST_BATCH);
        requireRange("idle", idle, LEAST, HOUR);
        requireRange("announce", announce, LEAST, HOUR);
    }

    /// Validators of one site: 100 ms, 50 ms more each round, 2 s at most.
    public static Timeouts local() {
        Duration first = Duration.ofMillis(100);
        return new Timeouts(first, first, first, Duration.ofMillis(50), Duration.ofSeconds(2),
                Duration.ofMillis(5), Duration.ofSeconds(2), Duration.ofMillis(100));
    }

    /// Validators of several regions: 1 s, 500 ms more each round, 10 s at most.
    public static Timeouts wideArea() {
        Duration first = Duration.ofSeconds(1);
        return new Timeouts(first, first, first, Duration.ofMillis(500), Duration.ofSeconds(10),
                Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofMillis(500));
    }

    /// The timeout of a step in a round, in milliseconds.
    public long millis(Step step, int round) {
        Duration first = switch (step) {
            case PROPOSE -> propose;
            case PREVOTE -> prevote;
            case PRECOMMIT -> precommit;
        };
        long room = longest.toMillis() - first.toMillis();
        long grown = growth.isZero() || round == 0
                ? 0
                : round >= room / growth.toMillis() ? room : round * growth.toMillis();
        return first.toMillis() + Math.min(grown, room);
    }

    private static void requireRange(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + ": " + value.toMillis() + " ms (expected: "
                    + least.toMillis() + " to " + most.toMillis() + " ms)");
        }
    }
}
