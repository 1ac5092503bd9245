package network.dchat.client;

import java.util.concurrent.TimeUnit;
import network.dchat.wire.v1.ConversationRow;

/// Messages whose body came long after their block. Their place in the order would be in the past,
/// among lines that were read already, so they are shown where they arrived.
public final class LateArrival {
    /// How long after its block a body may come.
    public static final long ALLOWED_MILLIS = TimeUnit.MINUTES.toMillis(10);

    private LateArrival() {}

    /// Whether a message came late. Of a received message, the time at which it became final is
    /// that of its block.
    public static boolean isLate(ConversationRow row) {
        return !row.getOutgoing() && row.hasPosition() && row.getFinalAt() > 0
                && row.getQueuedAt() - row.getFinalAt() > ALLOWED_MILLIS;
    }
}
