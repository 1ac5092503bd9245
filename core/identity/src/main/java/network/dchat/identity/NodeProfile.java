package network.dchat.identity;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import network.dchat.wire.v1.Role;

/// What a node says about itself besides its addresses.
///
/// @param roles what it does, at most [#MAXIMUM_ROLES]; roles unknown here are left out
/// @param region where it stands, at most [#MAXIMUM_REGION] characters, empty = not told
/// @param operator who runs it, at most [#MAXIMUM_OPERATOR] characters, empty = not told
/// @param capabilities what it offers to other nodes
/// @param httpPort REST and management, 0 = not told
public record NodeProfile(Set<Role> roles, String region, String operator,
        Capabilities capabilities, int httpPort) {
    /// Most roles.
    public static final int MAXIMUM_ROLES = 6;

    /// Longest region in characters.
    public static final int MAXIMUM_REGION = 32;

    /// Longest operator in characters.
    public static final int MAXIMUM_OPERATOR = 64;

    private static final int MAXIMUM_PORT = 65_535;

    /// Refuses what is too long, text with control characters and a port out of range.
    public NodeProfile {
        roles = Collections.unmodifiableSet(
                roles.isEmpty() ? EnumSet.noneOf(Role.class) : EnumSet.copyOf(roles));
        if (roles.contains(Role.UNRECOGNIZED) || roles.contains(Role.ROLE_UNSPECIFIED)
                || roles.size() > MAXIMUM_ROLES) {
            throw new IllegalArgumentException(
                    "roles: " + roles + " (expected: up to " + MAXIMUM_ROLES + " known ones)");
        }
        requireText("region", region, MAXIMUM_REGION);
        requireText("operator", operator, MAXIMUM_OPERATOR);
        if (httpPort < 0 || httpPort > MAXIMUM_PORT) {
            throw new IllegalArgumentException(
                    "http port: " + httpPort + " (expected: 0 to " + MAXIMUM_PORT + ")");
        }
    }

    private static void requireText(String name, String text, int maximum) {
        if (text.length() > maximum || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(name + ": " + text.length()
                    + " characters (expected: up to " + maximum + ", no control characters)");
        }
    }
}
