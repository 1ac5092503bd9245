package network.dchat.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.TreeMap;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.Sha256;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class StripeLayoutTest {
    private static final ErasureScheme SCHEME = ErasureScheme.TEN_FIVE;
    private static final int STRIPE = 640 * 1024;

    @Test
    void smallObjectsHaveSmallShardsAndLargeOnesShardsOf64KiB() {
        assertThat(StripeLayout.of(SCHEME, 1)).isEqualTo(new StripeLayout(SCHEME, 1, 1, 1));
        assertThat(StripeLayout.of(SCHEME, 1_001))
                .isEqualTo(new StripeLayout(SCHEME, 1_001, 101, 1));
        assertThat(StripeLayout.of(SCHEME, STRIPE))
                .isEqualTo(new StripeLayout(SCHEME, STRIPE, 65_536, 1));
        assertThat(StripeLayout.of(SCHEME, STRIPE + 1))
                .isEqualTo(new StripeLayout(SCHEME, STRIPE + 1, 32_769, 2));
        assertThat(StripeLayout.of(SCHEME, StripeLayout.MAXIMUM_LENGTH))
                .isEqualTo(new StripeLayout(SCHEME, StripeLayout.MAXIMUM_LENGTH, 65_536, 160));
    }

    @Test
    void refusesObjectsOverTheLimit() {
        assertThatThrownBy(() -> StripeLayout.of(SCHEME, StripeLayout.MAXIMUM_LENGTH + 1))
                .hasMessageContaining("length: 104857601");
        assertThatThrownBy(() -> StripeLayout.of(SCHEME, 0)).hasMessageContaining("length: 0");
    }

    @Test
    void refusesLayoutsThatDoNotHoldExactlyTheObject() {
        assertThatThrownBy(() -> new StripeLayout(SCHEME, 1_000, 99, 1))
                .hasMessageContaining("stripes: 1");
        assertThatThrownBy(() -> new StripeLayout(SCHEME, 1_000, 100, 2))
                .hasMessageContaining("stripes: 2");
        assertThatThrownBy(() -> new StripeLayout(SCHEME, 1_000, 65_537, 1))
                .hasMessageContaining("shard length: 65537");
        assertThatThrownBy(() -> new StripeLayout(new ErasureScheme(20, 13), 1_000, 50, 1))
                .hasMessageContaining("shards: 33");
        assertThat(new StripeLayout(new ErasureScheme(20, 12), 1_000, 50, 1).shards())
                .isEqualTo(32);
        ErasureScheme twoOne = new ErasureScheme(2, 1);
        assertThat(new StripeLayout(twoOne, 2_730, 1, 1_365).shards()).isEqualTo(4_095);
        assertThatThrownBy(() -> new StripeLayout(twoOne, 2_732, 1, 1_366))
                .hasMessageContaining("shards in all: 4098");
    }

    @Seeds(count = 50)
    void everyObjectFitsAndComesBackFromAnyTenShards(Generator random) {
        int length = random.between(1, 3 * STRIPE);
        ByteString object = ByteString.copyFrom(random.bytes(length));
        ObjectCodec codec = new ObjectCodec(SCHEME);
        Manifest.Stored manifest = codec.describe(Keys.name("a", 1), object, Keys.NOW,
                Keys.NOW + Keys.DAY);
        StripeLayout layout = manifest.layout();
        assertThat(layout.shardLength()).isLessThanOrEqualTo(65_536);
        assertThat((long) layout.stripes() * layout.stripeLength() - length)
                .isLessThan(10L * layout.stripes());

        ByteString joined = ByteString.EMPTY;
        for (int stripe = 0; stripe < layout.stripes(); stripe++) {
            List<ByteString> shards = codec.encode(layout, object, stripe);
            TreeMap<Integer, ByteString> ten = new TreeMap<>();
            while (ten.size() < 10) {
                int index = random.evenly(0, 14);
                assertThat(manifest.matches(stripe, index, shards.get(index))).isTrue();
                ten.put(index, shards.get(index));
            }
            joined = joined.concat(codec.decode(layout, stripe, ten));
        }
        assertThat(joined).isEqualTo(object);
    }

    /// Hashes of stored objects rest on this cut; computed by the reference of the erasure code.
    @Test
    void theShardsOfAKnownObjectNeverChange() {
        byte[] known = new byte[1003];
        for (int index = 0; index < known.length; index++) {
            known[index] = (byte) (index * 31 + 7);
        }
        ByteString object = ByteString.copyFrom(known);
        List<ByteString> shards = new ObjectCodec(SCHEME).encode(StripeLayout.of(SCHEME, 1003),
                object, 0);

        assertThat(Sha256.of(shards.toArray(ByteString[]::new)).hex())
                .isEqualTo("1f0f086517356e6c51733b8b1d9af19d07294db88f658faee1278473a429de98");
    }
}
