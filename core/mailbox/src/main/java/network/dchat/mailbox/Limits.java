package network.dchat.mailbox;

/// Range checks of settings.
final class Limits {
    private Limits() {}

    static void range(String name, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + minimum + " to " + maximum + ")");
        }
    }
}
