package network.dchat.dht;

import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.UserRecord;
import network.dchat.identity.Verified;
import network.dchat.wire.v1.DhtRecord;
import network.dchat.wire.v1.RecordKind;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SignedBytes;

/// The rules that a record from a stranger must follow, by its kind: known kind, size, signature,
/// encoding, expiry, proof of work where the kind asks for it, and the owner rule, by which the key
/// follows from the signer. The last rule, that the sequence grows, needs the record before it and
/// is the store's.
///
/// @param network whose signatures count
/// @param workBits zero bits that a peer record must show
public record RecordRules(NetworkId network, int workBits) {
    /// The record that travelled, if it follows the rules at this time.
    public Verified<VerifiedRecord> verify(DhtRecord record, long nowMillis) {
        if (record.getSerializedSize() > DhtLimits.MAXIMUM_RECORD_BYTES) {
            return Verified.rejected(RejectionCode.TOO_LARGE,
                    "record: " + record.getSerializedSize() + " bytes (expected: up to "
                            + DhtLimits.MAXIMUM_RECORD_BYTES + ")");
        }
        Optional<Hash> key = Hash.parse(record.getKey());
        if (key.isEmpty()) {
            return Verified.rejected(RejectionCode.MALFORMED,
                    "key: " + record.getKey().size() + " bytes (expected: 32)");
        }
        SignedBytes signed = record.getValue();
        return content(record.getKind(), signed, nowMillis)
                .then(content -> content.key().key().equals(key.get())
                        ? Verified.accepted(new VerifiedRecord(content.key(), content, signed))
                        : Verified.rejected(RejectionCode.NOT_AUTHORISED, "key: "
                                + key.get().shortName() + " (expected: " + content.key() + ")"));
    }

    /// The peer record that travelled by itself.
    public Verified<PeerRecord> verifyPeer(SignedBytes signed, long nowMillis) {
        return PeerRecord.verify(signed, network, nowMillis, workBits);
    }

    /// The form that crosses the wire.
    public static DhtRecord write(VerifiedRecord record) {
        return DhtRecord.newBuilder().setKind(record.key().kind())
                .setKey(record.key().key().bytes()).setValue(record.signed()).build();
    }

    private Verified<? extends Content> content(RecordKind kind, SignedBytes signed,
            long nowMillis) {
        return switch (kind) {
            case PEER_RECORD -> verifyPeer(signed, nowMillis)
                    .then(record -> Verified.accepted(new Content.OfPeer(record)));
            case USER_RECORD -> UserRecord.verify(signed, network, nowMillis)
                    .then(record -> Verified.accepted(new Content.OfUser(record)));
            case TURN_RECORD -> TurnRecord.verify(signed, network, nowMillis)
                    .then(record -> Verified.accepted(new Content.OfTurn(record)));
            case RECORD_KIND_UNSPECIFIED, UNRECOGNIZED ->
                Verified.rejected(RejectionCode.UNKNOWN_KIND, "record kind");
        };
    }
}
