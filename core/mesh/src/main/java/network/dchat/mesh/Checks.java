package network.dchat.mesh;

import java.nio.charset.StandardCharsets;

/// Range checks of constructors.
final class Checks {
    private Checks() {}

    static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }

    static void lifetime(long createdAtMillis, long expiresAtMillis) {
        range("created_at", createdAtMillis, 0, Long.MAX_VALUE - Manifest.MAXIMUM_LIFETIME_MILLIS);
        range("expires_at", expiresAtMillis, createdAtMillis + 1,
                createdAtMillis + Manifest.MAXIMUM_LIFETIME_MILLIS);
    }

    static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
