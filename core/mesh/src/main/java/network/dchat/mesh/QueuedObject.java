package network.dchat.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import network.dchat.identity.NetworkId;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.QueuedPut;

/// A put as it stands in the queue.
///
/// @param number its place in the order of puts
/// @param manifest what the owner signed
/// @param bytes the object's bytes, empty for a tombstone
/// @param grant what lets this node write; the default instance where none is needed
/// @param queuedAtMillis since when it waits
record QueuedObject(long number, SignedManifest manifest, ByteString bytes, CertifiedGrant grant,
        long queuedAtMillis) {
    ObjectName object() {
        return manifest.object();
    }

    ObjectId id() {
        return manifest.id();
    }

    ByteString encode() {
        QueuedPut.Builder record = QueuedPut.newBuilder().setId(number)
                .setManifest(manifest.certified()).setObject(bytes).setQueuedAt(queuedAtMillis);
        if (!grant.equals(CertifiedGrant.getDefaultInstance())) {
            record.setGrant(grant);
        }
        return record.build().toByteString();
    }

    /// What an earlier life persisted.
    ///
    /// @throws IllegalStateException when it is not what [#encode] makes
    static QueuedObject decode(ByteString record, NetworkId network) {
        try {
            QueuedPut put = QueuedPut.parseFrom(record);
            return new QueuedObject(put.getId(),
                    SignedManifest.verify(put.getManifest(), network).orElseThrow(),
                    put.getObject(), put.getGrant(), put.getQueuedAt());
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("queued put: does not decode", broken);
        }
    }
}
