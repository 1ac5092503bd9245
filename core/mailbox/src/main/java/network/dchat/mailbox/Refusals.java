package network.dchat.mailbox;

import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// Refusals in the form that crosses the wire.
final class Refusals {
    private Refusals() {}

    /// It is no use to try the same again.
    static Rejection of(RejectionCode code, String reason) {
        return of(code, reason, 0);
    }

    /// It may be tried again after a time.
    static Rejection of(RejectionCode code, String reason, long retryAfterMillis) {
        return Rejection.newBuilder().setCode(code).setReason(reason)
                .setRetryAfterMillis(retryAfterMillis).build();
    }
}
