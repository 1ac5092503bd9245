package network.dchat.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import network.dchat.erasure.ErasureScheme;
import network.dchat.erasure.ReedSolomon;
import network.dchat.identity.Hash;
import network.dchat.identity.Sha256;
import network.dchat.identity.Verified;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.RejectionCode;

/// What an owner says about one version of an object; it travels as the body of a [SignedManifest].
public sealed interface Manifest {
    /// Longest life of an object: ten years.
    long MAXIMUM_LIFETIME_MILLIS = TimeUnit.DAYS.toMillis(3653);

    /// The object's name.
    ObjectName object();

    /// When it was made, milliseconds since 1970, by its owner's clock.
    long createdAtMillis();

    /// From when on nodes may forget it, at most [#MAXIMUM_LIFETIME_MILLIS] after it was made.
    long expiresAtMillis();

    /// The object is there.
    ///
    /// @param object its name
    /// @param layout how it is cut
    /// @param shardHashes SHA-256 of each shard, stripe by stripe
    /// @param createdAtMillis when it was made
    /// @param expiresAtMillis until when it is kept
    record Stored(ObjectName object, StripeLayout layout, List<Hash> shardHashes,
            long createdAtMillis, long expiresAtMillis) implements Manifest {
        /// Refuses times out of range and a number of hashes that is not that of the shards.
        public Stored {
            shardHashes = List.copyOf(shardHashes);
            Checks.range("shard hashes", shardHashes.size(), layout.shards(), layout.shards());
            Checks.lifetime(createdAtMillis, expiresAtMillis);
        }

        /// True when these bytes are this shard.
        public boolean matches(int stripe, int index, ByteString shard) {
            return shard.size() == layout.shardLength()
                    && Sha256.of(shard).equals(shardHash(stripe, index));
        }

        /// The SHA-256 of a shard.
        public Hash shardHash(int stripe, int index) {
            return shardHashes.get(stripe * layout.scheme().total() + index);
        }
    }

    /// The object is gone since this version.
    ///
    /// @param object its name, with a version above that of what is deleted
    /// @param createdAtMillis when it was deleted
    /// @param expiresAtMillis until when nodes remember that; not before the deleted version
    ///     expires
    record Deleted(ObjectName object, long createdAtMillis,
            long expiresAtMillis) implements Manifest {
        /// Refuses times out of range.
        public Deleted {
            Checks.lifetime(createdAtMillis, expiresAtMillis);
        }
    }

    /// The object's id.
    default ObjectId id() {
        return object().id();
    }

    /// True when nodes may have forgotten it.
    default boolean isExpired(long nowMillis) {
        return expiresAtMillis() <= nowMillis;
    }

    /// The bytes to be signed.
    default ByteString encode() {
        var body = network.dchat.wire.v1.Manifest.newBuilder().setOwner(object().owner().bytes())
                .setCollection(object().collection()).setName(object().name())
                .setVersion(object().version()).setCreatedAt(createdAtMillis())
                .setExpiresAt(expiresAtMillis());
        switch (this) {
            case Deleted _ -> body.setDeleted(true);
            case Stored stored -> {
                StripeLayout layout = stored.layout();
                body.setLength(layout.length()).setDataShards(layout.scheme().data())
                        .setParityShards(layout.scheme().parity())
                        .setMatrixVersion(ReedSolomon.MATRIX_VERSION)
                        .setShardLength(layout.shardLength()).setStripes(layout.stripes());
                stored.shardHashes().forEach(hash -> body.addShardHashes(hash.bytes()));
            }
        }
        return body.build().toByteString();
    }

    /// The manifest of a body that came from a stranger.
    static Verified<Manifest> decode(ByteString body) {
        try {
            return Verified.accepted(decode(network.dchat.wire.v1.Manifest.parseFrom(body)));
        } catch (InvalidProtocolBufferException _) {
            return Verified.rejected(RejectionCode.MALFORMED, "manifest: body");
        } catch (IllegalArgumentException broken) {
            return Verified.rejected(RejectionCode.INVALID, "manifest: " + broken.getMessage());
        }
    }

    private static Manifest decode(network.dchat.wire.v1.Manifest body) {
        ObjectName object = new ObjectName(new WalletAddress(body.getOwner()), body.getCollection(),
                body.getName(), body.getVersion());
        if (body.getDeleted()) {
            Checks.range("shards of what is deleted", body.getShardHashesCount(), 0, 0);
            Checks.range("length of what is deleted", body.getLength(), 0, 0);
            return new Deleted(object, body.getCreatedAt(), body.getExpiresAt());
        }
        Checks.range("matrix version", body.getMatrixVersion(), ReedSolomon.MATRIX_VERSION,
                ReedSolomon.MATRIX_VERSION);
        StripeLayout layout = new StripeLayout(
                new ErasureScheme(body.getDataShards(), body.getParityShards()), body.getLength(),
                body.getShardLength(), body.getStripes());
        List<Hash> hashes = body.getShardHashesList().stream().map(Hash::new).toList();
        return new Stored(object, layout, hashes, body.getCreatedAt(), body.getExpiresAt());
    }
}
