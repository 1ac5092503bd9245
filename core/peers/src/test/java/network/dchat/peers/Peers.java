package network.dchat.peers;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;

/// Peers made from numbers.
final class Peers {
    private Peers() {}

    static PeerId of(int number) {
        ByteBuffer seed = ByteBuffer.allocate(SigningKey.SEED_LENGTH).putInt(0, number + 1);
        return PeerId.of(SigningKey.fromSeed(ByteString.copyFrom(seed)).publicKey());
    }

    static List<PeerId> range(int first, int end) {
        List<PeerId> peers = new ArrayList<>();
        for (int number = first; number < end; number++) {
            peers.add(of(number));
        }
        return peers;
    }
}
