package network.dchat.dht;

import java.util.List;
import java.util.Optional;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;

/// What a node answers another. Every record in it has been verified.
public sealed interface Response {
    /// I am here.
    ///
    /// @param responder the answering node's record; empty when it has none to tell the caller
    record Pong(Optional<Certified<PeerRecord>> responder) implements Response {}

    /// The closest peers known.
    record Nodes(List<Certified<PeerRecord>> peers) implements Response {
        /// Copies the list.
        public Nodes {
            peers = List.copyOf(peers);
        }
    }

    /// A record, where it is here, and the closest peers known.
    record Value(Optional<VerifiedRecord> record,
            List<Certified<PeerRecord>> peers) implements Response {
        /// Copies the list.
        public Value {
            peers = List.copyOf(peers);
        }
    }

    /// What became of a record to keep.
    ///
    /// @param rejection why it was not stored; empty = stored
    record Stored(Optional<Rejection> rejection) implements Response {}
}
