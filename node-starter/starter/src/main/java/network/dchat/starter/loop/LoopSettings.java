package network.dchat.starter.loop;

/// Bounds of a loop.
///
/// @param name          names threads and metrics
/// @param inputCapacity inputs from outside that may wait, 1 to 1,000,000
/// @param batch         inputs applied before effects are carried out, 1 to 10,000
public record LoopSettings(String name, int inputCapacity, int batch) {
    private static final int MOST_INPUTS = 1_000_000;
    private static final int MOST_BATCH = 10_000;

    public LoopSettings {
        if (inputCapacity < 1 || inputCapacity > MOST_INPUTS) {
            throw new IllegalArgumentException(
                    "inputCapacity: " + inputCapacity + " (expected: 1 to " + MOST_INPUTS + ")");
        }
        if (batch < 1 || batch > MOST_BATCH) {
            throw new IllegalArgumentException(
                    "batch: " + batch + " (expected: 1 to " + MOST_BATCH + ")");
        }
    }

    /// 10,000 waiting inputs, 256 a turn.
    public static LoopSettings named(String name) {
        return new LoopSettings(name, 10_000, 256);
    }
}
