package network.dchat.session.noise;

/// The other side's message or key is not acceptable. What held the handshake must be thrown away.
///
/// It carries no stack trace: a stranger can cause it at will, and it says nothing about our code.
public final class NoiseException extends Exception {
    private static final long serialVersionUID = 1L;

    /// What was wrong.
    public enum Reason {
        /// Longer than 65,535 bytes.
        TOO_LONG,
        /// Ends before the pattern says it may.
        TOO_SHORT,
        /// An authentication tag does not fit: another key, another transcript or changed bytes.
        NOT_AUTHENTIC,
        /// A public key of small order: the shared secret would be all zeros.
        SMALL_ORDER_KEY
    }

    private final Reason reason;

    NoiseException(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    /// What was wrong.
    public Reason reason() {
        return reason;
    }
}
