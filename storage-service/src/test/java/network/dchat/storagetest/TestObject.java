package network.dchat.storagetest;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.AccessGrant;
import network.dchat.mesh.Manifest;
import network.dchat.mesh.ObjectCodec;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.SignedManifest;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.GrantAction;
import network.dchat.wire.v1.PutShardRequest;
import network.dchat.wire.v1.ShardId;
import network.dchat.wire.v1.SignedBytes;

/// An object of the tests' owner with its shards.
record TestObject(SignedManifest manifest, ByteString bytes, List<ByteString> shards) {
    /// 2026-01-01T00:00:00Z, where the clocks of all test nodes stand.
    static final long NOW = 1_767_225_600_000L;
    static final long DAY = TimeUnit.DAYS.toMillis(1);
    static final SigningKey OWNER = key(1);
    static final SigningKey DEVICE = key(2);
    static final SigningKey STRANGER = key(3);
    static final WalletAddress ADDRESS = WalletAddress.of(OWNER.publicKey());
    private static final ObjectCodec CODEC = new ObjectCodec(ErasureScheme.TEN_FIVE);

    TestObject {
        shards = List.copyOf(shards);
    }

    static SigningKey key(int number) {
        byte[] seed = new byte[SigningKey.SEED_LENGTH];
        seed[0] = (byte) number;
        return SigningKey.fromSeed(ByteString.copyFrom(seed));
    }

    static ObjectName name(String name, long version) {
        return new ObjectName(ADDRESS, ObjectName.HISTORY, name, version);
    }

    /// A current object with shards of so many bytes.
    static TestObject of(NetworkId network, ObjectName name, int shardBytes) {
        return of(network, name, shardBytes, NOW, NOW + DAY);
    }

    static TestObject of(NetworkId network, ObjectName name, int shardBytes, long createdAt,
            long expiresAt) {
        return signed(network, name, shardBytes, new long[]{createdAt, expiresAt}, OWNER);
    }

    static TestObject signed(NetworkId network, ObjectName name, int shardBytes, long[] times,
            SigningKey by) {
        byte[] content = new byte[shardBytes * 10];
        new SplittableRandom(name.hashCode()).nextBytes(content);
        ByteString bytes = ByteString.copyFrom(content);
        Manifest.Stored described = CODEC.describe(name, bytes, times[0], times[1]);
        return new TestObject(SignedManifest.byOwner(described, network, by), bytes,
                CODEC.encode(described.layout(), bytes, 0));
    }

    static SignedManifest tombstone(NetworkId network, ObjectName name) {
        return SignedManifest.byOwner(new Manifest.Deleted(name, NOW, NOW + 2 * DAY), network,
                OWNER);
    }

    static CertifiedGrant grant(NetworkId network, PeerId holder, GrantAction action) {
        SignedBytes certificate = new DeviceCertificate(OWNER.publicKey(), DEVICE.publicKey(),
                NOW - DAY, NOW + 30 * DAY, 1).sign(network, OWNER).signed();
        return new AccessGrant(holder, List.of(action), ADDRESS, ObjectName.HISTORY, NOW - 1000,
                NOW + DAY).sign(network, DEVICE, certificate);
    }

    ShardId id(int index) {
        return ShardId.newBuilder().setObject(manifest.id().bytes()).setIndex(index).build();
    }

    PutShardRequest put(int index) {
        return PutShardRequest.newBuilder().setId(id(index)).setManifest(manifest.certified())
                .setData(shards.get(index)).build();
    }
}
