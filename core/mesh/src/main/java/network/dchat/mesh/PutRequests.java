package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.List;
import network.dchat.erasure.ErasureScheme;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.DeleteObjectRequest;
import network.dchat.wire.v1.PutShardRequest;
import network.dchat.wire.v1.ShardId;

/// Makes the calls of one put. Shards are made from the object when they are needed; of a large
/// object only the last stripes are kept.
final class PutRequests {
    private static final int KEPT_STRIPES = 2;

    private final QueuedObject queued;
    private final ObjectCodec codec;
    private final LinkedHashMap<Integer, List<ByteString>> encoded = new LinkedHashMap<>();

    PutRequests(Desk desk, QueuedObject queued) {
        this.queued = queued;
        codec = desk.codec(scheme());
    }

    /// The scheme of the object; a tombstone goes where ten and five shards would go.
    ErasureScheme scheme() {
        return switch (queued.manifest().manifest()) {
            case Manifest.Stored stored -> stored.layout().scheme();
            case Manifest.Deleted _ -> ErasureScheme.TEN_FIVE;
        };
    }

    /// How many calls make a shard index durable.
    int stripes() {
        return switch (queued.manifest().manifest()) {
            case Manifest.Stored stored -> stored.layout().stripes();
            case Manifest.Deleted _ -> 1;
        };
    }

    ShardRequest request(int stripe, int index) {
        return switch (queued.manifest().manifest()) {
            case Manifest.Stored stored -> new ShardRequest.Put(put(stored, stripe, index));
            case Manifest.Deleted _ -> new ShardRequest.Delete(delete());
        };
    }

    /// Lets go of what can be made again.
    void forget() {
        encoded.clear();
    }

    private PutShardRequest put(Manifest.Stored stored, int stripe, int index) {
        ShardId id = ShardId.newBuilder().setObject(queued.id().bytes()).setStripe(stripe)
                .setIndex(index).build();
        PutShardRequest.Builder put = PutShardRequest.newBuilder().setId(id)
                .setData(shards(stored.layout(), stripe).get(index));
        if (stripe == 0) {
            put.setManifest(queued.manifest().certified());
        }
        if (hasGrant()) {
            put.setGrant(queued.grant());
        }
        return put.build();
    }

    private DeleteObjectRequest delete() {
        DeleteObjectRequest.Builder delete = DeleteObjectRequest.newBuilder()
                .setTombstone(queued.manifest().certified());
        if (hasGrant()) {
            delete.setGrant(queued.grant());
        }
        return delete.build();
    }

    private boolean hasGrant() {
        return !queued.grant().equals(CertifiedGrant.getDefaultInstance());
    }

    private List<ByteString> shards(StripeLayout layout, int stripe) {
        List<ByteString> shards = encoded.get(stripe);
        if (shards == null) {
            shards = codec.encode(layout, queued.bytes(), stripe);
            encoded.put(stripe, shards);
            if (encoded.size() > KEPT_STRIPES) {
                encoded.pollFirstEntry();
            }
        }
        return shards;
    }
}
