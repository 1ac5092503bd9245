package network.dchat.session;

/// Range checks of limits.
final class Checks {
    private Checks() {}

    static void range(String name, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + minimum + " to " + maximum + ")");
        }
    }
}
