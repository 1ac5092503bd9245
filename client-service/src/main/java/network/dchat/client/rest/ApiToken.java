package network.dchat.client.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// The secret that a program of the same person shows with each request.
///
/// @param value as it lies in the file `api.token`
public record ApiToken(String value) {
    private static final String SCHEME = "Bearer ";

    /// True when an Authorization header shows it. Takes the same time for every wrong one.
    boolean isShownBy(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return MessageDigest.isEqual(
                header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "***";
    }
}
