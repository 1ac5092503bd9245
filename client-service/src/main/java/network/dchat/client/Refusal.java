package network.dchat.client;

import network.dchat.wire.v1.ConversationRow;

/// Why an own message goes no further: for now, because a relay refused it and others are asked, or
/// for good.
final class Refusal {
    /// Its time is over.
    static final String EXPIRED = "EXPIRED: the recipient did not get it in time";
    /// Its way was cut off by the loss of the store.
    static final String INTERRUPTED = "INTERRUPTED: the store of this device was lost before two of"
            + " the recipient's relays were known to have the message";

    private static final String EXPIRED_CODE = "EXPIRED:";
    private static final String INTERRUPTED_CODE = "INTERRUPTED:";

    private Refusal() {}

    /// Whether a message that no two relays of the recipient have is still tried.
    static boolean isForGood(ConversationRow row) {
        String refusal = row.getRefusal();
        return refusal.startsWith(EXPIRED_CODE) || refusal.startsWith(INTERRUPTED_CODE)
                || (row.getId().isEmpty() && !refusal.isEmpty());
    }
}
