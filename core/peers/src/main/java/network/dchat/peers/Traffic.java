package network.dchat.peers;

/// What went over a connection.
///
/// @param bytesIn bytes received
/// @param bytesOut bytes sent
/// @param messagesIn messages received
/// @param messagesOut messages sent
public record Traffic(long bytesIn, long bytesOut, long messagesIn, long messagesOut) {
    /// Nothing.
    public static final Traffic NONE = new Traffic(0, 0, 0, 0);

    /// Refuses negative numbers.
    public Traffic {
        if (bytesIn < 0 || bytesOut < 0 || messagesIn < 0 || messagesOut < 0) {
            throw new IllegalArgumentException("traffic: " + bytesIn + ", " + bytesOut + ", "
                    + messagesIn + ", " + messagesOut + " (expected: 0 or more)");
        }
    }

    /// Both together.
    public Traffic plus(Traffic more) {
        return new Traffic(bytesIn + more.bytesIn, bytesOut + more.bytesOut,
                messagesIn + more.messagesIn, messagesOut + more.messagesOut);
    }

    /// Bytes in both directions.
    public long bytes() {
        return bytesIn + bytesOut;
    }
}
