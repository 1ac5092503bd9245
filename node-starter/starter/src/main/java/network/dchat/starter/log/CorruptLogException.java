package network.dchat.starter.log;

/// A record in the middle of a log does not match its checksum: the disk lied or someone wrote into
/// the file. The node must not start on it.
public final class CorruptLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Says which file is damaged and where.
    public CorruptLogException(String message) {
        super(message);
    }
}
