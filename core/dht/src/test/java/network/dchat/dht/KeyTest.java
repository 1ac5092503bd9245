package network.dchat.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.util.SplittableRandom;
import network.dchat.identity.Hash;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;

class KeyTest {
    @Seeds(count = 200)
    void distancesAreThoseOfBigNumbers(Generator random) {
        Hash center = hash(random);
        Hash left = hash(random);
        Hash right = hash(random);

        assertThat(Integer.signum(Key.of(center).compareDistances(Key.of(left), Key.of(right))))
                .isEqualTo(distance(center, left).compareTo(distance(center, right)));
        assertThat(Key.of(center).sharedBits(Key.of(left)))
                .isEqualTo(Key.BITS - distance(center, left).bitLength());
        assertThat(Key.of(center).sharedBits(Key.of(center))).isEqualTo(Key.BITS);
    }

    @Seeds(count = 50)
    void drawsKeysThatFallInTheBucket(Generator random) {
        Key self = Key.of(hash(random));
        SplittableRandom draws = random.splitRandom();
        for (int bucket = 0; bucket < Key.BITS; bucket++) {
            assertThat(self.sharedBits(Key.of(self.drawInBucket(bucket, draws)))).isEqualTo(bucket);
        }
    }

    private static BigInteger distance(Hash left, Hash right) {
        return number(left).xor(number(right));
    }

    private static BigInteger number(Hash hash) {
        return new BigInteger(1, hash.bytes().toByteArray());
    }

    private static Hash hash(Generator random) {
        return new Hash(ByteString.copyFrom(random.bytes(Hash.LENGTH)));
    }
}
