package network.dchat.dht;

import network.dchat.identity.Certified;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.UserRecord;
import network.dchat.wire.v1.SignedBytes;

/// A record that follows every rule of its kind ([RecordRules]).
///
/// @param key its name
/// @param content what it says
/// @param signed the bytes as they were signed
public record VerifiedRecord(RecordKey key, Content content, SignedBytes signed) {
    /// Refuses a content under a key that is not its own.
    public VerifiedRecord {
        if (!key.equals(content.key())) {
            throw new IllegalArgumentException(
                    "key: " + key + " (expected: " + content.key() + ")");
        }
    }

    /// A node's own record.
    public static VerifiedRecord ofPeer(Certified<PeerRecord> record) {
        Content content = new Content.OfPeer(record.value());
        return new VerifiedRecord(content.key(), content, record.signed());
    }

    /// A user's record.
    public static VerifiedRecord ofUser(Certified<UserRecord> record) {
        Content content = new Content.OfUser(record.value());
        return new VerifiedRecord(content.key(), content, record.signed());
    }

    /// A TURN server's record.
    public static VerifiedRecord ofTurn(Certified<TurnRecord> record) {
        Content content = new Content.OfTurn(record.value());
        return new VerifiedRecord(content.key(), content, record.signed());
    }

    /// True when this one replaces the other, which has the same key.
    public boolean isNewerThan(VerifiedRecord other) {
        return content.sequence() > other.content.sequence();
    }

    /// What it takes to keep it.
    int size() {
        return signed.getSerializedSize();
    }

    @Override
    public String toString() {
        return key + " #" + content.sequence();
    }
}
