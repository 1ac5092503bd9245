package network.dchat.client;

import java.util.Locale;
import network.dchat.wire.v1.ConversationRow;

/// How far a message is. What was shown never goes back, whatever order the proofs come in.
public enum DeliveryState {
    /// Durable at home.
    QUEUED(1),
    /// Durable at a relay of the sender.
    SENT(2),
    /// Durable at two of the recipient's relays.
    STORED(3),
    /// In a block.
    FINAL(4),
    /// The recipient's device signed for it.
    DELIVERED(5),
    /// The recipient has read it.
    READ(6);

    private final int number;

    DeliveryState(int number) {
        this.number = number;
    }

    /// The number that stands for it in archived history.
    int number() {
        return number;
    }

    /// The highest state that a message has reached.
    public static DeliveryState of(ConversationRow row) {
        if (row.getReadAt() > 0) {
            return READ;
        }
        if (row.getDeliveredAt() > 0) {
            return DELIVERED;
        }
        if (row.getFinalAt() > 0) {
            return FINAL;
        }
        if (row.getStoredAt() > 0) {
            return STORED;
        }
        return row.getSentAt() > 0 ? SENT : QUEUED;
    }

    /// The name in answers, lower case.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
