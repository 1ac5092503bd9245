package network.dchat.meshaccess;

import network.dchat.identity.Rejection;

/// A list or get could not be answered.
public final class MeshRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    /// Carries the reason.
    public MeshRefusedException(Rejection rejection) {
        super(rejection.name() + ": " + rejection.reason());
        this.rejection = rejection;
    }

    /// The reason, typed.
    public Rejection rejection() {
        return rejection;
    }
}
