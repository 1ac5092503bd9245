package network.dchat.starter.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import network.dchat.gossip.FrameCodec;
import network.dchat.gossip.Rumor;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.GossipBody;
import network.dchat.wire.v1.GossipKind;
import org.junit.jupiter.api.Test;

class RememberedRumorsTest {
    private static final SigningKey KEY = SigningKey
            .fromSeed(ByteString.copyFrom(new byte[SigningKey.SEED_LENGTH]));
    private static final NetworkId NETWORK = new NetworkId(
            new Hash(ByteString.copyFrom(new byte[Hash.LENGTH])));

    @Test
    void forgetsTheOldestOverTheNumber() {
        RememberedRumors rumors = new RememberedRumors(2, Long.MAX_VALUE);
        rumors.add(rumor(1, 10));
        rumors.add(rumor(2, 10));
        rumors.add(rumor(2, 10));
        assertThat(rumors.find(rumor(1, 10).id())).isPresent();
        rumors.add(rumor(3, 10));
        assertThat(rumors.find(rumor(1, 10).id())).isEmpty();
        assertThat(rumors.find(rumor(2, 10).id())).isPresent();
        assertThat(rumors.find(rumor(3, 10).id())).isPresent();
    }

    @Test
    void forgetsTheOldestOverTheBytes() {
        long size = rumor(1, 1_000).signed().getBody().size();
        RememberedRumors rumors = new RememberedRumors(100, 2 * size);
        rumors.add(rumor(1, 1_000));
        rumors.add(rumor(2, 1_000));
        assertThat(rumors.bytes()).isEqualTo(2 * size);
        rumors.add(rumor(3, 1_000));
        assertThat(rumors.bytes()).isEqualTo(2 * size);
        assertThat(rumors.find(rumor(1, 1_000).id())).isEmpty();
        assertThat(rumors.find(rumor(3, 1_000).id())).isPresent();
    }

    private static Rumor rumor(long sequence, int payload) {
        return FrameCodec.sign(GossipBody.newBuilder().setKind(GossipKind.ROUTE_REQUEST)
                .setSequence(sequence).setPayload(ByteString.copyFrom(new byte[payload])).build(),
                NETWORK, KEY);
    }
}
