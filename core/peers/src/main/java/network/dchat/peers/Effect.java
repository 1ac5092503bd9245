package network.dchat.peers;

import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;

/// What the connection table wants done. Nothing of it promises anything, so nothing waits for a
/// disk.
public sealed interface Effect {
    /// Marks effects that promise nothing and may overtake others.
    sealed interface Unconditional extends Effect {}

    /// Connect; answered by exactly one [Input.Opened] or [Input.DialFailed].
    record Dial(long attemptId, PeerId peer) implements Unconditional {}

    /// Stop an attempt that takes too long; it still fails with [Input.DialFailed], which is
    /// ignored.
    record GiveUp(long attemptId, PeerId peer) implements Unconditional {}

    /// Check an outbound connection; answered by exactly one [Input.PongReceived] or
    /// [Input.PingFailed].
    record Ping(long pingId, PeerId peer) implements Unconditional {}

    /// Close all transports to a peer.
    record Close(PeerId peer, Rejection reason) implements Unconditional {}

    /// A connection stands somewhere else now.
    record StateChanged(PeerId peer, ConnectionState from, ConnectionState to,
            String reason) implements Unconditional {}

    /// A connection that was asked for is not made, because all are needed.
    record HoldRefused(PeerId peer, Tie tie, Rejection reason) implements Unconditional {}

    /// A user may stay.
    record UserAdmitted(PeerId user) implements Unconditional {}

    /// There are as many users as may be.
    record UserRefused(PeerId user, Rejection reason) implements Unconditional {}

    /// Feed [Input.TimerElapsed] after this delay; replaces a timer set before.
    record SetTimer(long delayMillis) implements Unconditional {}
}
