package network.dchat.dht;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import network.dchat.identity.Capabilities;
import network.dchat.identity.Certified;
import network.dchat.identity.Hash;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.NetworkId;
import network.dchat.identity.NodeProfile;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.ProofOfWork;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.Role;

/// A node made from a number: key, address, record.
///
/// @param number which one
/// @param key its key
record TestPeer(int number, SigningKey key) {
    static final NetworkId NETWORK = new NetworkId(Hash.ZERO);
    static final long NOW = 1_767_225_600_000L;
    static final long LIFETIME = 86_400_000;
    static final int WORK_BITS = 2;
    private static final int FIRST_PORT = 10_000;

    static TestPeer of(int number) {
        ByteBuffer seed = ByteBuffer.allocate(SigningKey.SEED_LENGTH).putInt(0, number + 1);
        return new TestPeer(number, SigningKey.fromSeed(ByteString.copyFrom(seed)));
    }

    PeerId id() {
        return PeerId.of(key.publicKey());
    }

    Multiaddr address() {
        return Multiaddr.of("127.0.0.1", FIRST_PORT + number);
    }

    static int numberAt(Multiaddr address) {
        return address.port() - FIRST_PORT;
    }

    Certified<PeerRecord> record() {
        return record(1, List.of(address()));
    }

    Certified<PeerRecord> record(long sequence, List<Multiaddr> addresses) {
        return record(sequence, addresses, NOW + LIFETIME);
    }

    Certified<PeerRecord> record(long sequence, List<Multiaddr> addresses, long expiresAtMillis) {
        NodeProfile profile = new NodeProfile(Set.of(Role.RELAY), "local", "test",
                Capabilities.NONE, 0);
        return new PeerRecord(id(), addresses, profile, sequence, expiresAtMillis,
                ProofOfWork.solve(key.publicKey(), WORK_BITS, 0)).sign(NETWORK, key);
    }
}
