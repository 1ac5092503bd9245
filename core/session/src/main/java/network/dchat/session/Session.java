package network.dchat.session;

import com.google.protobuf.ByteString;
import network.dchat.identity.PublicKey;
import network.dchat.session.noise.X25519PublicKey;

/// One session with one peer. Immutable.
///
/// @param start how it began
/// @param rank the session with the highest rank of a peer is the active one
/// @param answered the side that did not start it has used it
/// @param usedAtMillis when it last sent or received, milliseconds since 1970
/// @param ratchet the keys
record Session(Start start, long rank, boolean answered, long usedAtMillis, Ratchet ratchet) {
    /// How a session began.
    ///
    /// @param id the handshake's ephemeral key
    /// @param peer identity key of the other side
    /// @param ours whether we started it
    /// @param atMillis when it began here
    /// @param peerPrekey the peer's prekey at that time
    /// @param handshake what goes with every message of ours until the first answer; empty when
    ///     the peer started
    record Start(X25519PublicKey id, PublicKey peer, boolean ours, long atMillis,
            PeerPrekey peerPrekey, ByteString handshake) {}

    X25519PublicKey id() {
        return start.id();
    }

    PublicKey peer() {
        return start.peer();
    }

    /// True while our messages must carry the handshake.
    boolean isUnansweredStart() {
        return start.ours() && !answered;
    }

    /// What stands in front of our next message.
    ByteString front() {
        return isUnansweredStart() ? start.handshake() : ByteString.EMPTY;
    }

    Session withRank(long newRank) {
        return new Session(start, newRank, answered, usedAtMillis, ratchet);
    }

    Session withRatchet(Ratchet next) {
        return new Session(start, rank, answered, usedAtMillis, next);
    }

    /// The same after a message of ours.
    Session sent(Ratchet next, long nowMillis) {
        return new Session(start, rank, answered || !start.ours(), nowMillis, next);
    }

    /// The same after a message of the peer.
    Session received(Ratchet next, long nowMillis) {
        return new Session(start, rank, answered || start.ours(), nowMillis, next);
    }
}
