package network.dchat.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.dchat.client.keys.SealingKey;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.ClaimKey;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderPosition;
import network.dchat.mesh.AccessGrant;
import network.dchat.mesh.HistoryPacker;
import network.dchat.mesh.ObjectName;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.ContentKind;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.HistoryRecord;

/// The form of history in the mesh: messages sealed under a key that follows from the identity key.
///
/// A record is the message's row without what holds for this device alone: return tokens, why it
/// waited, where it is archived, whether its proof is at hand.
final class HistoryCodec {
    private static final long GRANT_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final String TAG = "dchat/history/2";
    /// Records of the first form: [HistoryRecord].
    private static final String FIRST_TAG = "dchat/history/1";

    private final Self self;
    private final SealingKey key;
    private final ByteString associated;
    private final ByteString firstAssociated;

    /// What a pack holds.
    ///
    /// @param rows    its messages, in the order in which they were packed
    /// @param damaged how many of its records do not open with this user's key or make no sense
    record Opened(List<ConversationRow> rows, int damaged) {
        Opened {
            rows = List.copyOf(rows);
        }
    }

    HistoryCodec(Self self) {
        this.self = self;
        this.key = self.keys().archive();
        this.associated = ByteString.copyFromUtf8(TAG).concat(self.address().bytes());
        this.firstAssociated = ByteString.copyFromUtf8(FIRST_TAG).concat(self.address().bytes());
    }

    /// A message as it is archived.
    ByteString seal(ConversationRow row) {
        return key.seal(
                row.toBuilder().clearReturnHandles().clearRefusal().clearProven()
                        .clearArchivedShards().clearArchivedTotal().build().toByteString(),
                associated);
    }

    /// The messages of a pack; empty when it is none.
    Optional<Opened> open(ByteString pack) {
        return HistoryPacker.unpack(pack).toOptional().map(sealed -> {
            List<ConversationRow> rows = new ArrayList<>();
            sealed.forEach(record -> record(record).ifPresent(rows::add));
            return new Opened(rows, sealed.size() - rows.size());
        });
    }

    /// What lets this node write and read the user's own history.
    CertifiedGrant grant(long nowMillis) {
        return new AccessGrant(self.node().peerId(),
                List.of(GrantAction.READ_COLLECTION, GrantAction.WRITE_COLLECTION,
                        GrantAction.DELETE_COLLECTION),
                self.address(), ObjectName.HISTORY, nowMillis, nowMillis + GRANT_MILLIS)
                .sign(self.network(), self.keys().device(), self.keys().certificate());
    }

    private Optional<ConversationRow> record(ByteString sealed) {
        try {
            Optional<ByteString> opened = key.open(sealed, associated);
            if (opened.isPresent()) {
                return Optional.of(ConversationRow.parseFrom(opened.get()))
                        .filter(HistoryCodec::isSound);
            }
            Optional<ByteString> first = key.open(sealed, firstAssociated);
            return first.isEmpty()
                    ? Optional.empty()
                    : Optional.of(row(HistoryRecord.parseFrom(first.get())))
                            .filter(HistoryCodec::isSound);
        } catch (InvalidProtocolBufferException _) {
            return Optional.empty();
        }
    }

    private static boolean isSound(ConversationRow row) {
        return row.getId().size() == MessageId.LENGTH
                && row.getPeer().size() == WalletAddress.LENGTH
                && (row.getDraftId().isEmpty() || row.getDraftId().size() == MessageId.LENGTH)
                && (row.getSecret().isEmpty() || row.getSecret().size() == ClaimKey.SECRET_LENGTH)
                && row.getKind() == ContentKind.TEXT && row.getBody().isValidUtf8()
                && (!row.hasPosition() || OrderPosition.parse(row.getPosition()).isPresent());
    }

    /// The times of a first record follow from its state: when it was made is all it knows.
    private static ConversationRow row(HistoryRecord record) {
        long at = record.getAtMillis();
        ConversationRow.Builder row = ConversationRow.newBuilder().setId(record.getMessageId())
                .setPeer(record.getPeer()).setConversationId(record.getConversationId())
                .setOutgoing(record.getOutgoing()).setKind(record.getKind())
                .setBody(record.getBody()).setQueuedAt(at).setComposedAt(at);
        if (record.getHeight() > 0) {
            row.getPositionBuilder().setHeight(record.getHeight())
                    .setTransaction(record.getTransaction()).setIndex(record.getIndex());
        }
        int state = record.getState();
        row.setSentAt(reached(state, DeliveryState.SENT, at));
        row.setStoredAt(reached(state, DeliveryState.STORED, at));
        row.setFinalAt(reached(state, DeliveryState.FINAL, at));
        row.setDeliveredAt(reached(state, DeliveryState.DELIVERED, at));
        return row.setReadAt(reached(state, DeliveryState.READ, at)).build();
    }

    private static long reached(int state, DeliveryState wanted, long atMillis) {
        return state == wanted.number() ? atMillis : 0;
    }
}
