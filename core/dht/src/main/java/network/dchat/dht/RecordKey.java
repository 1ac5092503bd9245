package network.dchat.dht;

import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.TaggedHash;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.RecordKind;

/// The name of a record: what it is and where it lies.
///
/// @param kind what it is
/// @param key where it lies: at the nodes whose DHT keys are closest to this
public record RecordKey(RecordKind kind, Hash key) implements Comparable<RecordKey> {
    private static final String USER_TAG = "dchat/user/1";
    private static final String TURN_TAG = "dchat/turn/1";

    /// Refuses kinds that have no rules.
    public RecordKey {
        if (kind == RecordKind.UNRECOGNIZED || kind == RecordKind.RECORD_KIND_UNSPECIFIED) {
            throw new IllegalArgumentException("kind: " + kind + " (expected: a known one)");
        }
    }

    /// The peer record of a node.
    public static RecordKey ofPeer(PeerId peer) {
        return new RecordKey(RecordKind.PEER_RECORD, peer.dhtKey());
    }

    /// The record of a user.
    public static RecordKey ofUser(WalletAddress address) {
        return new RecordKey(RecordKind.USER_RECORD, TaggedHash.of(USER_TAG, address.bytes()));
    }

    /// The record of the TURN server that a node runs.
    public static RecordKey ofTurn(PeerId owner) {
        return new RecordKey(RecordKind.TURN_RECORD, TaggedHash.of(TURN_TAG, owner.toBytes()));
    }

    @Override
    public int compareTo(RecordKey other) {
        int byKey = key.compareTo(other.key);
        return byKey != 0 ? byKey : kind.compareTo(other.kind);
    }

    @Override
    public String toString() {
        return kind + " " + key.shortName();
    }
}
