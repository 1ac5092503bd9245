package network.dchat.client;

/// As many messages wait as can be kept.
public final class TooManyDraftsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyDraftsException() {
        super("messages that wait: " + Drafts.MOST + " (expected: fewer)");
    }
}
