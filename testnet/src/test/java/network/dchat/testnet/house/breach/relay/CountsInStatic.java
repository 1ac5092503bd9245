package network.dchat.testnet.house.breach.relay;

/// One count for all nodes of a process.
public final class CountsInStatic {
    private static int count;

    private CountsInStatic() {}

    /// The next number.
    public static int next() {
        return ++count;
    }
}
