package network.dchat.dht;

import network.dchat.identity.PeerRecord;
import network.dchat.identity.UserRecord;

/// What a record says, by its kind.
public sealed interface Content {
    /// Grows with each new record under the same key.
    long sequence();

    /// Milliseconds since 1970.
    long expiresAtMillis();

    /// Where this content belongs. Nobody but its signer can make one for this key.
    RecordKey key();

    /// Where a node is reached and what it does.
    record OfPeer(PeerRecord record) implements Content {
        @Override
        public long sequence() {
            return record.sequence();
        }

        @Override
        public long expiresAtMillis() {
            return record.expiresAtMillis();
        }

        @Override
        public RecordKey key() {
            return RecordKey.ofPeer(record.peer());
        }
    }

    /// Where a user is reached.
    record OfUser(UserRecord record) implements Content {
        @Override
        public long sequence() {
            return record.sequence();
        }

        @Override
        public long expiresAtMillis() {
            return record.expiresAtMillis();
        }

        @Override
        public RecordKey key() {
            return RecordKey.ofUser(record.address());
        }
    }

    /// Where a TURN server is.
    record OfTurn(TurnRecord record) implements Content {
        @Override
        public long sequence() {
            return record.sequence();
        }

        @Override
        public long expiresAtMillis() {
            return record.expiresAtMillis();
        }

        @Override
        public RecordKey key() {
            return RecordKey.ofTurn(record.owner());
        }
    }
}
