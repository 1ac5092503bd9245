package network.dchat.gossip;

import network.dchat.identity.AddressScope;
import network.dchat.identity.PeerId;

/// What happens to the gossip core.
public sealed interface Input {
    /// Epoch milliseconds.
    long nowMillis();

    /// A stream to a neighbour is open in both directions.
    ///
    /// @param scope where the neighbour is reached: rumors are told within their scope only
    record LinkOpened(PeerId peer, AddressScope scope, Standing standing,
            long nowMillis) implements Input {}

    /// The stream to a neighbour is gone.
    record LinkClosed(PeerId peer, long nowMillis) implements Input {}

    /// A neighbour's latency, region or reputation changed.
    record LinkRated(PeerId peer, Standing standing, long nowMillis) implements Input {}

    /// A neighbour sent a frame. The rumors' signatures have been verified; nothing else has.
    record FrameReceived(PeerId from, Frame frame, long nowMillis) implements Input {}

    /// This node says something itself; answered by [Effect.Published] or [Effect.PublishRefused].
    ///
    /// @param publishId named by the answer
    record Publish(long publishId, Rumor rumor, long nowMillis) implements Input {}

    /// A timer that was set has elapsed.
    record TimerElapsed(Timer timer, long nowMillis) implements Input {}
}
