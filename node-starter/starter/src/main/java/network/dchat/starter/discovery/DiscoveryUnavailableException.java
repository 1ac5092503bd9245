package network.dchat.starter.discovery;

/// Something could not be looked for or published.
public final class DiscoveryUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// A failure that says what was tried.
    public DiscoveryUnavailableException(String message) {
        super(message);
    }
}
