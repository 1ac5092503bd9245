package network.dchat.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import network.dchat.client.keys.SealingKey;
import network.dchat.identity.Octets;
import network.dchat.mesh.AccessGrant;
import network.dchat.mesh.HistoryPacker;
import network.dchat.mesh.ObjectName;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.HistoryRecord;

/// The form of history in the mesh: records sealed under a key that follows from the identity key.
final class HistoryCodec {
    private static final long GRANT_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final String TAG = "dchat/history/1";

    private final Self self;
    private final SealingKey key;
    private final ByteString associated;

    HistoryCodec(Self self) {
        this.self = self;
        this.key = self.keys().archive();
        this.associated = ByteString.copyFromUtf8(TAG).concat(self.address().bytes());
    }

    /// A message as it is archived.
    ByteString seal(ConversationRow row) {
        HistoryRecord record = HistoryRecord.newBuilder().setMessageId(row.getId())
                .setPeer(row.getPeer()).setConversationId(row.getConversationId())
                .setOutgoing(row.getOutgoing())
                .setAtMillis(row.getOutgoing() ? row.getQueuedAt() : row.getComposedAt())
                .setKind(row.getKind()).setBody(row.getBody())
                .setHeight(row.getPosition().getHeight())
                .setTransaction(row.getPosition().getTransaction())
                .setIndex(row.getPosition().getIndex()).setState(DeliveryState.of(row).number())
                .build();
        return key.seal(record.toByteString(), associated);
    }

    /// The newest record of each message in these packs. What does not open was not made with this
    /// user's key and is left out.
    Collection<HistoryRecord> open(List<ByteString> packs) {
        Map<String, HistoryRecord> newest = new TreeMap<>();
        for (ByteString pack : packs) {
            for (ByteString sealed : HistoryPacker.unpack(pack).toOptional().orElse(List.of())) {
                open(sealed).ifPresent(record -> newest.merge(Octets.hex(record.getMessageId()),
                        record, HistoryCodec::newer));
            }
        }
        return newest.values();
    }

    /// What lets this node write and read the user's own history.
    CertifiedGrant grant(long nowMillis) {
        return new AccessGrant(self.node().peerId(),
                List.of(GrantAction.READ_COLLECTION, GrantAction.WRITE_COLLECTION,
                        GrantAction.DELETE_COLLECTION),
                self.address(), ObjectName.HISTORY, nowMillis, nowMillis + GRANT_MILLIS)
                .sign(self.network(), self.keys().device(), self.keys().certificate());
    }

    private Optional<HistoryRecord> open(ByteString sealed) {
        Optional<ByteString> opened = key.open(sealed, associated);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(HistoryRecord.parseFrom(opened.get()));
        } catch (InvalidProtocolBufferException _) {
            return Optional.empty();
        }
    }

    /// A record with a place in the order replaces one without; else the one further on counts.
    private static HistoryRecord newer(HistoryRecord first, HistoryRecord second) {
        boolean firstOrdered = first.getHeight() > 0;
        boolean secondOrdered = second.getHeight() > 0;
        if (firstOrdered != secondOrdered) {
            return firstOrdered ? first : second;
        }
        return second.getState() > first.getState() ? second : first;
    }
}
