package network.dchat.gateway;

import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.RejectionCode;

/// Something that was asked for is refused. It becomes problem details at the door.
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    /// Carries the reason.
    public RefusedException(Rejection rejection) {
        super(rejection.name() + ": " + rejection.reason());
        this.rejection = rejection;
    }

    /// Carries the reason.
    public RefusedException(RejectionCode code, String reason) {
        this(new Rejection(code, reason));
    }

    /// The value that was verified, or its refusal thrown.
    public static <T> T unwrap(Verified<T> verified) {
        return switch (verified) {
            case Verified.Accepted<T>(T value) -> value;
            case Verified.Rejected<T>(Rejection refused) -> throw new RefusedException(refused);
        };
    }

    /// The reason, typed.
    public Rejection rejection() {
        return rejection;
    }
}
