package network.dchat.gossip;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.GossipBody;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.SignedBytes;

/// Peers and rumors made from numbers.
final class Rumors {
    static final NetworkId NETWORK = new NetworkId(Hash.ZERO);
    static final long NOW = 1_767_225_600_000L;

    private Rumors() {}

    static SigningKey key(int number) {
        ByteBuffer seed = ByteBuffer.allocate(SigningKey.SEED_LENGTH).putInt(0, number + 1);
        return SigningKey.fromSeed(ByteString.copyFrom(seed));
    }

    static PeerId peer(int number) {
        return PeerId.of(key(number).publicKey());
    }

    /// A rumor as the codec would have read it, without the cost of a signature.
    static Rumor of(PeerId origin, long sequence, long sentAtMillis) {
        return of(origin, sequence, sentAtMillis, AddressScope.PUBLIC);
    }

    static Rumor of(PeerId origin, long sequence, long sentAtMillis, AddressScope scope) {
        ByteString payload = ByteString.copyFromUtf8("rumor " + sequence);
        ByteString body = GossipBody.newBuilder().setKind(GossipKind.ROUTE_REQUEST)
                .setSequence(sequence).setSentAt(sentAtMillis).setPayload(payload).build()
                .toByteString();
        Hash id = Sha256.of(origin.toBytes(), body);
        return new Rumor(id, origin, GossipKind.ROUTE_REQUEST, sequence, sentAtMillis, payload,
                scope, SignedBytes.newBuilder().setBody(body).build());
    }
}
