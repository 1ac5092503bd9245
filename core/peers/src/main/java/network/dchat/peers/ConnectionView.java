package network.dchat.peers;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import network.dchat.identity.PeerId;

/// A connection as it is shown.
///
/// @param peer the other node
/// @param state where it stands
/// @param reason why it stands there, in words
/// @param directions who made it; empty while it is not open
/// @param ties why it is kept
/// @param address where it is reached; empty while unknown
/// @param quality how it behaves
public record ConnectionView(PeerId peer, ConnectionState state, String reason,
        Set<Direction> directions, Set<Tie> ties, String address, Quality quality) {
    /// Copies the sets.
    public ConnectionView {
        directions = copy(directions, Direction.class);
        ties = copy(ties, Tie.class);
    }

    /// How a connection behaves.
    ///
    /// @param latencyMicros smoothed round trip; -1 while unknown
    /// @param lossPermille checks of the last 16 without answer
    /// @param uptimeMillis how long it is open
    /// @param traffic what it carried
    /// @param score the peer's reputation
    public record Quality(long latencyMicros, int lossPermille, long uptimeMillis, Traffic traffic,
            double score) {}

    private static <E extends Enum<E>> Set<E> copy(Set<E> set, Class<E> type) {
        EnumSet<E> copy = EnumSet.noneOf(type);
        copy.addAll(set);
        return Collections.unmodifiableSet(copy);
    }
}
