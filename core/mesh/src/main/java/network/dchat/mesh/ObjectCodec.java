package network.dchat.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.dchat.erasure.ErasureScheme;
import network.dchat.erasure.ReedSolomon;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;

/// Cuts objects into stripes of shards and joins them again, by one erasure scheme. May be used
/// by many threads.
public final class ObjectCodec {
    private final ReedSolomon code;

    public ObjectCodec(ErasureScheme scheme) {
        code = new ReedSolomon(scheme);
    }

    /// What is to be signed about an object: its layout and the hashes of all its shards.
    ///
    /// @throws IllegalArgumentException when the object is empty or longer than
    ///     [StripeLayout#MAXIMUM_LENGTH], or a time is out of range
    public Manifest.Stored describe(ObjectName name, ByteString object, long createdAtMillis,
            long expiresAtMillis) {
        StripeLayout layout = StripeLayout.of(code.scheme(), object.size());
        List<Hash> hashes = new ArrayList<>(layout.shards());
        for (int stripe = 0; stripe < layout.stripes(); stripe++) {
            for (ByteString shard : encode(layout, object, stripe)) {
                hashes.add(Sha256.of(shard));
            }
        }
        return new Manifest.Stored(name, layout, hashes, createdAtMillis, expiresAtMillis);
    }

    /// All shards of one stripe.
    public List<ByteString> encode(StripeLayout layout, ByteString object, int stripe) {
        byte[][] shards = new byte[layout.scheme().total()][layout.shardLength()];
        int start = (int) layout.start(stripe);
        int left = layout.trueLength(stripe);
        for (int index = 0; left > 0; index++) {
            int length = Math.min(left, layout.shardLength());
            object.substring(start, start + length).copyTo(shards[index], 0);
            start += length;
            left -= length;
        }
        code.encodeParity(shards);
        List<ByteString> wrapped = new ArrayList<>(shards.length);
        for (byte[] shard : shards) {
            wrapped.add(UnsafeByteOperations.unsafeWrap(shard));
        }
        return wrapped;
    }

    /// The object's bytes in one stripe, from any ten of its shards by index.
    ///
    /// @throws IllegalArgumentException when there are too few shards or they have a wrong length
    public ByteString decode(StripeLayout layout, int stripe, Map<Integer, ByteString> shards) {
        byte[][] present = new byte[layout.scheme().total()][];
        shards.forEach((index, shard) -> present[index] = shard.toByteArray());
        byte[][] data = code.reconstructData(present);
        byte[] bytes = new byte[layout.trueLength(stripe)];
        for (int index = 0, from = 0; from < bytes.length; index++) {
            int length = Math.min(bytes.length - from, layout.shardLength());
            System.arraycopy(data[index], 0, bytes, from, length);
            from += length;
        }
        return UnsafeByteOperations.unsafeWrap(bytes);
    }
}
