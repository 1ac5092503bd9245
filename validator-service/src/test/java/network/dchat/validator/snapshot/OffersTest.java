package network.dchat.validator.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import network.dchat.identity.PeerId;
import network.dchat.identity.SigningKey;
import network.dchat.wire.v1.SnapshotOffer;
import org.junit.jupiter.api.Test;

class OffersTest {
    private final PeerId first = peer(1);
    private final PeerId second = peer(2);

    @Test
    void theHighestComesFirstAndOfOneHeightWhatMostOffer() {
        Offers offers = new Offers();
        offers.add(first, List.of(offer(10, 1), offer(20, 2)));
        offers.add(second, List.of(offer(20, 1)));
        offers.add(peer(3), List.of(offer(20, 1)));
        assertThat(offers.candidates()).extracting(Offers.Candidate::offer)
                .containsExactly(offer(20, 1), offer(20, 2), offer(10, 1));
        assertThat(offers.candidates().getFirst().peers()).containsExactly(second, peer(3));
    }

    @Test
    void whatNobodyCouldFetchIsLeftOut() {
        Offers offers = new Offers();
        SnapshotOffer good = offer(20, 1);
        offers.add(first,
                List.of(offer(0, 1), offer(Long.MAX_VALUE, 1), offer(5, 17), offer(5, -1),
                        good.toBuilder().setBytes(Offers.MOST_BYTES + 1).build(),
                        good.toBuilder().setBytes(-1).build(), good));
        assertThat(offers.candidates()).extracting(Offers.Candidate::offer).containsExactly(good);
    }

    private static SnapshotOffer offer(long height, int bits) {
        return SnapshotOffer.newBuilder().setHeight(height).setChunkBits(bits).setBytes(1).build();
    }

    private static PeerId peer(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        return PeerId.of(SigningKey.fromSeed(ByteString.copyFrom(seed)).publicKey());
    }
}
