package network.dchat.dht;

import java.util.List;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// What happens to the DHT core.
public sealed interface Input {
    /// Epoch milliseconds.
    long nowMillis();

    /// The node begins, or its entries changed. The first such input starts the timers.
    ///
    /// @param entries addresses to enter by, at most [DhtLimits#MAXIMUM_ENTRIES]; those with a peer
    /// id are held to it; none for the first node of a network
    /// @param remembered peers known from earlier
    record Bootstrap(List<Multiaddr> entries, List<Certified<PeerRecord>> remembered,
            long nowMillis) implements Input {
        /// Copies the lists.
        public Bootstrap {
            entries = List.copyOf(entries);
            remembered = List.copyOf(remembered);
        }
    }

    /// The node's own records changed: at most one for each scope that it can be reached in. All
    /// hold the same profile; the narrower the scope, the more addresses and the higher the
    /// sequence.
    record OwnRecords(List<Certified<PeerRecord>> records, long nowMillis) implements Input {
        /// Copies the list.
        public OwnRecords {
            records = List.copyOf(records);
        }
    }

    /// Another node asks; answered by one [Effect.Reply].
    record RequestReceived(long requestId, Caller caller, Request request,
            long nowMillis) implements Input {}

    /// A call was answered.
    ///
    /// @param from who answered, known from the transport
    /// @param address where it was reached
    record ResponseReceived(long callId, PeerId from, Multiaddr address, Response response,
            long nowMillis) implements Input {}

    /// A call was not answered, or by something that breaks the rules.
    record CallFailed(long callId, String reason, long nowMillis) implements Input {}

    /// Something is looked for; answered by one [Effect.LookupDone].
    record Lookup(long lookupId, Query query, long nowMillis) implements Input {}

    /// A record is put at the nodes closest to its key and kept up until it expires, is withdrawn,
    /// or a newer one takes its place; answered by one [Effect.Published].
    record Publish(long publishId, VerifiedRecord record, long nowMillis) implements Input {}

    /// A record is no longer kept up; the copies elsewhere expire.
    record Withdraw(RecordKey key, long nowMillis) implements Input {}

    /// A peer was heard of elsewhere (a connection, gossip). It is checked before it is used.
    record PeerSeen(Certified<PeerRecord> record, long nowMillis) implements Input {}

    /// A peer is known to be gone.
    record PeerLost(PeerId peer, long nowMillis) implements Input {}

    /// A timer that was set has elapsed.
    record TimerElapsed(Timer timer, long nowMillis) implements Input {}
}
