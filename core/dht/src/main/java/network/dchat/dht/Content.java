package network.dchat.dht;

import network.dchat.identity.PeerRecord;
import network.dchat.identity.UserRecord;

/// What a record says, by its kind.
public sealed interface Content {
    /// Where a node is reached and what it does.
    record OfPeer(PeerRecord record) implements Content {}

    /// Where a user is reached.
    record OfUser(UserRecord record) implements Content {}

    /// Where a TURN server is.
    record OfTurn(TurnRecord record) implements Content {}

    /// Grows with each new record under the same key.
    default long sequence() {
        return switch (this) {
            case OfPeer(PeerRecord record) -> record.sequence();
            case OfUser(UserRecord record) -> record.sequence();
            case OfTurn(TurnRecord record) -> record.sequence();
        };
    }

    /// Milliseconds since 1970.
    default long expiresAtMillis() {
        return switch (this) {
            case OfPeer(PeerRecord record) -> record.expiresAtMillis();
            case OfUser(UserRecord record) -> record.expiresAtMillis();
            case OfTurn(TurnRecord record) -> record.expiresAtMillis();
        };
    }

    /// Where this content belongs. Nobody but its signer can make one for this key.
    default RecordKey key() {
        return switch (this) {
            case OfPeer(PeerRecord record) -> RecordKey.ofPeer(record.peer());
            case OfUser(UserRecord record) -> RecordKey.ofUser(record.address());
            case OfTurn(TurnRecord record) -> RecordKey.ofTurn(record.owner());
        };
    }
}
