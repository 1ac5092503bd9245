package network.dchat.mailbox.outbox;

/// Every bound and pause of a user's [Outbox].
///
/// @param messages own messages on their way
/// @param unanswered submissions sent to one relay and not yet answered
/// @param answerMillis how long a relay may take to answer a submission
/// @param storedMillis how long two home relays may take to store a message; doubles with each
///     attempt
/// @param finalMillis how long a message may take to be final before relays are asked
/// @param longestPauseMillis longest pause between two attempts
/// @param opening messages being decrypted at the same time
/// @param rememberedIds ids of received messages in memory; the oldest go first
/// @param drainMillis for how long a relay that was left is still asked for messages
public record OutboxLimits(int messages, int unanswered, long answerMillis, long storedMillis,
        long finalMillis, long longestPauseMillis, int opening, int rememberedIds,
        long drainMillis) {
    /// Refuses values out of range.
    public OutboxLimits {
        range("messages", messages, 1, 1_000_000);
        range("unanswered", unanswered, 1, 10_000);
        range("answer millis", answerMillis, 10, 600_000);
        range("stored millis", storedMillis, 10, 600_000);
        range("final millis", finalMillis, 10, 600_000);
        range("longest pause millis", longestPauseMillis, 10, 3_600_000);
        range("opening", opening, 1, 10_000);
        range("remembered ids", rememberedIds, 1, 10_000_000);
        range("drain millis", drainMillis, 0, 30L * 24 * 3_600_000);
    }

    /// 10,000 messages, 20 unanswered, 2 s to answer, 3 s to store, 5 s to order, pauses of up to
    /// 60 s.
    public static OutboxLimits defaults() {
        return new OutboxLimits(10_000, 20, 2_000, 3_000, 5_000, 60_000, 256, 100_000, 3_600_000);
    }

    private static void range(String name, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + minimum + " to " + maximum + ")");
        }
    }
}
