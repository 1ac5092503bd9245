package network.dchat.identity;

import network.dchat.wire.v1.RejectionCode;

/// Why something from a stranger was refused: a code that can be counted and a sentence for people.
///
/// @param code the kind of fault, the same everywhere on the wire
/// @param reason what was wrong, cut to [#MAXIMUM_REASON] characters; never holds secrets or bodies
public record Rejection(RejectionCode code, String reason) {
    /// Longest reason that is sent, in characters.
    public static final int MAXIMUM_REASON = 256;

    /// Cuts the reason to its limit and refuses a code that names no fault.
    public Rejection {
        if (code == RejectionCode.REJECTION_CODE_UNSPECIFIED
                || code == RejectionCode.UNRECOGNIZED) {
            throw new IllegalArgumentException("rejection code: " + code + " (expected: a fault)");
        }
        if (reason.length() > MAXIMUM_REASON) {
            reason = reason.substring(0, MAXIMUM_REASON);
        }
    }

    /// The name under which this rejection is counted.
    public String name() {
        return code.name();
    }

    /// The form that crosses the wire, without a time to try again.
    public network.dchat.wire.v1.Rejection toWire() {
        return network.dchat.wire.v1.Rejection.newBuilder().setCode(code).setReason(reason).build();
    }
}
