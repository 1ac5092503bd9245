package network.dchat.mailbox;

/// What the relay can still pay, counted in commitments: a receipt's deposit costs as much as a
/// commitment's fee, and comes back when the audit of its root is over. The chain's answers leave
/// out what is held. Nothing is known before the chain has answered once; until then the relay
/// takes messages as if it could pay, because it must work while no validator can be reached.
final class Purse {
    /// Pause before the chain is asked again, while there is enough.
    private static final long ASK_MILLIS = 30_000;
    /// The same while there is nothing left: someone may give more at any time.
    private static final long ASK_WHEN_EMPTY_MILLIS = 2_000;

    private boolean known;
    private long left;

    /// What the chain says.
    ///
    /// @param affordable by the balance
    /// @param open in transactions that may or may not be paid already
    void told(long affordable, long open) {
        known = true;
        left = affordable - open;
    }

    /// A transaction was made.
    void spend(int count) {
        left -= count;
    }

    /// Deposits came back.
    void returned(long count) {
        left += count;
    }

    /// How many of some can be paid.
    int affordable(int wanted) {
        return known ? Math.clamp(left, 0, wanted) : wanted;
    }

    /// Whether that many more can be ordered.
    boolean affords(long count) {
        return !known || left >= count;
    }

    /// When the chain is to be asked again.
    long askAgainAt(long nowMillis) {
        return nowMillis + (affords(1) ? ASK_MILLIS : ASK_WHEN_EMPTY_MILLIS);
    }

    /// What is left, for operators; -1 before the chain has answered.
    long left() {
        return known ? Math.max(0, left) : -1;
    }
}
