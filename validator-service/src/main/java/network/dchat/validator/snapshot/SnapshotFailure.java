package network.dchat.validator.snapshot;

/// No state can be fetched, and trying again would not help.
final class SnapshotFailure extends Exception {
    private static final long serialVersionUID = 1L;

    SnapshotFailure(String reason) {
        super(reason);
    }
}
