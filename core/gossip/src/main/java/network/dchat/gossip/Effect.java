package network.dchat.gossip;

import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;

/// What the gossip core wants done. Nothing of it promises anything, so nothing waits for a disk.
public sealed interface Effect {
    /// Marks effects that promise nothing and may overtake others.
    sealed interface Unconditional extends Effect {}

    /// Put this frame on the link.
    record Send(PeerId to, Frame frame) implements Unconditional {}

    /// Tell the node of a rumor, once per rumor.
    ///
    /// @param from the neighbour it came from
    record Deliver(Rumor rumor, PeerId from) implements Unconditional {}

    /// An own rumor was accepted.
    ///
    /// @param links to how many links its body went at once
    record Published(long publishId, int links) implements Unconditional {}

    /// An own rumor was refused.
    record PublishRefused(long publishId, Refusal refusal) implements Unconditional {}

    /// A neighbour sent something that was refused. The refusal also goes back to it in a frame.
    record Refused(PeerId from, Refusal refusal) implements Unconditional {}

    /// A neighbour broke a rule that no honest one breaks: lower its score.
    record Misbehaved(PeerId peer, Rejection reason) implements Unconditional {}

    /// There are as many links as may be: close this one.
    record LinkRefused(PeerId peer) implements Unconditional {}

    /// Feed [Input.TimerElapsed] after this delay.
    record SetTimer(Timer timer, long delayMillis) implements Unconditional {}
}
