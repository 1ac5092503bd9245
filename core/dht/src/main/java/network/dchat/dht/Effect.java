package network.dchat.dht;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;

/// What the DHT core wants done. Nothing of it promises anything, so nothing waits for a disk.
public sealed interface Effect {
    /// Marks effects that promise nothing and may overtake others.
    sealed interface Unconditional extends Effect {}

    /// Ask another node; answered by exactly one [Input.ResponseReceived] or [Input.CallFailed].
    ///
    /// @param sender the own record to send along; empty when there is none that may be told there
    record Call(long callId, Destination to, Optional<Certified<PeerRecord>> sender,
            Request request) implements Unconditional {}

    /// Answer another node.
    record Reply(long requestId, Response response) implements Unconditional {}

    /// A lookup has ended.
    record LookupDone(long lookupId, Outcome outcome) implements Unconditional {}

    /// A record was published.
    ///
    /// @param copies nodes that keep it now, ourselves not counted
    /// @param rejection why it is not kept up; empty = it is
    record Published(long publishId, int copies,
            Optional<Rejection> rejection) implements Unconditional {}

    /// Feed [Input.TimerElapsed] after this delay.
    record SetTimer(Timer timer, long delayMillis) implements Unconditional {}

    /// Keep these peers for the next start, in place of those before; most useful first.
    record RememberPeers(List<Certified<PeerRecord>> peers) implements Unconditional {
        /// Copies the list.
        public RememberPeers {
            peers = List.copyOf(peers);
        }
    }

    /// A peer is there, because it answered.
    record PeerAlive(Certified<PeerRecord> record) implements Unconditional {}

    /// Someone told of a peer. It may or may not be there.
    record PeerHeardOf(Certified<PeerRecord> record) implements Unconditional {}

    /// A contact left several calls unanswered.
    record PeerSilent(PeerId peer) implements Unconditional {}

    /// A peer broke a rule that no honest one breaks: lower its score.
    record Misbehaved(PeerId peer, Rejection reason) implements Unconditional {}
}
