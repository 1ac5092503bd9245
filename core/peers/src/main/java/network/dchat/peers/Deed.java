package network.dchat.peers;

/// What a peer did, as far as its reputation goes. Each moves the score a share of the way to 1 or
/// 0.
public enum Deed {
    /// It did verified useful work: a good answer, a delivered message.
    USEFUL(0.02),
    /// It passed an audit.
    AUDIT_PASSED(0.1),
    /// It was asked and did not answer in time.
    TIMED_OUT(-0.05),
    /// It sent something that had to be refused.
    REJECTED(-0.05),
    /// It sent what no honest node sends: a bad signature, a broken encoding.
    MISBEHAVED(-0.3),
    /// It failed an audit.
    AUDIT_FAILED(-0.5);

    private final double step;

    Deed(double step) {
        this.step = step;
    }

    /// The score after the deed.
    double applyTo(double score) {
        return step > 0 ? score + step * (1 - score) : score * (1 + step);
    }
}
