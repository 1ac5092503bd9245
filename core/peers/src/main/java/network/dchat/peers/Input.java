package network.dchat.peers;

import java.util.List;
import network.dchat.identity.PeerId;

/// What happens to the connection table.
public sealed interface Input {
    /// Epoch milliseconds.
    long nowMillis();

    /// The node begins. Starts the timer.
    record Started(long nowMillis) implements Input {}

    /// Peers that could be connected to while there are fewer than wanted, best first. Replaces the
    /// list before.
    record Candidates(List<PeerId> peers, long nowMillis) implements Input {
        /// Copies the list.
        public Candidates {
            peers = List.copyOf(peers);
        }
    }

    /// A connection is needed and is to be kept.
    record Hold(PeerId peer, Tie tie, long nowMillis) implements Input {}

    /// A connection is no longer needed for this.
    record Release(PeerId peer, Tie tie, long nowMillis) implements Input {}

    /// The first transport in this direction is up. Also given for one that nobody asked for.
    ///
    /// @param address where the peer is, in words
    record Opened(PeerId peer, Direction direction, String address,
            long nowMillis) implements Input {}

    /// An attempt failed.
    record DialFailed(long attemptId, PeerId peer, String reason,
            long nowMillis) implements Input {}

    /// The last transport in this direction is gone.
    record Closed(PeerId peer, Direction direction, String reason,
            long nowMillis) implements Input {}

    /// Something went over a connection; gathered over about a second.
    record Used(PeerId peer, Traffic traffic, long nowMillis) implements Input {}

    /// A check was answered.
    ///
    /// @param latencyMicros the round trip as measured at the transport
    record PongReceived(long pingId, long latencyMicros, long nowMillis) implements Input {}

    /// A check was not answered.
    record PingFailed(long pingId, String reason, long nowMillis) implements Input {}

    /// A peer did something.
    record Judged(PeerId peer, Deed deed, long nowMillis) implements Input {}

    /// A user's node attached; answered by [Effect.UserAdmitted] or [Effect.UserRefused].
    record UserAttached(PeerId user, long nowMillis) implements Input {}

    /// A user's node is gone.
    record UserDetached(PeerId user, long nowMillis) implements Input {}

    /// The timer has elapsed.
    record TimerElapsed(long nowMillis) implements Input {}
}
