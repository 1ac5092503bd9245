package network.dchat.mesh;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.wire.v1.SignedBytes;

/// Keys, names and times of the tests.
final class Keys {
    static final NetworkId NETWORK = NetworkId.of("ab".repeat(32));
    static final NetworkId OTHER_NETWORK = NetworkId.of("cd".repeat(32));
    /// 2026-01-01T00:00:00Z, where simulations begin.
    static final long NOW = 1_767_225_600_000L;
    static final long DAY = 86_400_000L;

    static final SigningKey OWNER = key(1);
    static final SigningKey DEVICE = key(2);
    static final SigningKey STRANGER = key(3);
    static final WalletAddress ADDRESS = WalletAddress.of(OWNER.publicKey());
    static final SignedBytes CERTIFICATE = new DeviceCertificate(OWNER.publicKey(),
            DEVICE.publicKey(), NOW - DAY, NOW + 365 * DAY, 1).sign(NETWORK, OWNER).signed();

    private static final List<StorageNode> STORAGE_NODES = IntStream.range(0, 40)
            .mapToObj(Keys::storageNode).toList();

    private Keys() {}

    static SigningKey key(int number) {
        byte[] seed = new byte[SigningKey.SEED_LENGTH];
        seed[0] = (byte) number;
        seed[1] = (byte) (number >> 8);
        return SigningKey.fromSeed(ByteString.copyFrom(seed));
    }

    /// Storage nodes with genesis seats and no operator.
    static List<StorageNode> storageNodes(int count) {
        return STORAGE_NODES.subList(0, count);
    }

    private static StorageNode storageNode(int number) {
        PeerId peer = PeerId.of(key(100 + number).publicKey());
        return new StorageNode(peer, Seat.ofGenesis(peer, NETWORK), "");
    }

    static ByteString bytes(int size, int seed) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    static ObjectName name(String name, long version) {
        return new ObjectName(ADDRESS, ObjectName.HISTORY, name, version);
    }
}
