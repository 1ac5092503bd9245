package network.dchat.identity;

import static network.dchat.identity.Samples.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Seeds;
import org.junit.jupiter.api.Test;

class PublicKeyTest {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger D = BigInteger.valueOf(-121_665)
            .multiply(BigInteger.valueOf(121_666).modInverse(P)).mod(P);
    private static final BigInteger ROOT_OF_MINUS_ONE = BigInteger.TWO
            .modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);

    @Test
    void refusesEveryPointOfSmallOrder() {
        Set<ByteString> points = smallOrderPoints();
        assertThat(points).hasSize(8);
        for (ByteString point : points) {
            assertThat(PublicKey.parse(point)).isEmpty();
            assertThatThrownBy(() -> new PublicKey(point)).hasMessage(
                    "public key: " + Octets.hex(point) + " (expected: a point of large order)");
        }
    }

    @Test
    void refusesEncodingsThatAreNotCanonical() {
        for (int above = 0; above < 19; above++) {
            for (int sign = 0; sign < 2; sign++) {
                ByteString encoding = encode(P.add(BigInteger.valueOf(above)), sign);
                assertThat(PublicKey.parse(encoding)).as("p + %s", above).isEmpty();
                assertThatThrownBy(() -> new PublicKey(encoding))
                        .hasMessageEndingWith("(expected: canonical encoding)");
            }
        }
        assertThat(PublicKey.parse(encode(BigInteger.ONE, 1))).isEmpty();
        assertThat(PublicKey.parse(encode(P.subtract(BigInteger.ONE), 1))).isEmpty();
        assertThat(PublicKey.parse(encode(P.subtract(BigInteger.TWO), 0))).isPresent();
        assertThat(PublicKey.parse(encode(P.subtract(BigInteger.TWO), 1))).isPresent();
    }

    @Test
    void takesExactlyThirtyTwoBytes() {
        ByteString good = Samples.key(1).publicKey().bytes();
        assertThat(PublicKey.parse(good)).isPresent();
        assertThat(PublicKey.parse(good.substring(1))).isEmpty();
        assertThat(PublicKey.parse(good.concat(hex("00")))).isEmpty();
        assertThatThrownBy(() -> new PublicKey(good.substring(1)))
                .hasMessage("public key: 31 bytes (expected: 32 bytes)");
        assertThat(PublicKey.of(Octets.hex(good)).bytes()).isEqualTo(good);
    }

    @Seeds(count = 50)
    void agreesWithItsConstructorOnEveryThirtyTwoBytes(Generator generator) {
        byte[] bytes = generator.bytes(32);
        if (generator.chance(0.5)) {
            Arrays.fill(bytes, 1, 31, (byte) 0xff);
            bytes[31] |= 0x7f;
        }
        ByteString candidate = ByteString.copyFrom(bytes);
        boolean constructs;
        try {
            constructs = new PublicKey(candidate).bytes().equals(candidate);
        } catch (IllegalArgumentException refused) {
            constructs = false;
        }
        assertThat(PublicKey.parse(candidate).isPresent()).isEqualTo(constructs);
    }

    /// The multiples of a generator of the eight-torsion, found by arithmetic of our own.
    private static Set<ByteString> smallOrderPoints() {
        BigInteger groupOrder = BigInteger.TWO.pow(252)
                .add(new BigInteger("27742317777372353535851937790883648493"));
        Set<ByteString> points = new HashSet<>();
        for (int y = 2; points.size() < 8; y++) {
            points.clear();
            BigInteger x = xOf(BigInteger.valueOf(y));
            if (x.signum() == 0) {
                continue;
            }
            Point torsion = new Point(x, BigInteger.valueOf(y)).times(groupOrder);
            Point multiple = torsion;
            for (int index = 0; index < 8; index++) {
                points.add(encode(multiple.y(), multiple.x().testBit(0) ? 1 : 0));
                multiple = multiple.plus(torsion);
            }
        }
        return points;
    }

    /// x with -x² + y² = 1 + d x² y², or zero where there is none.
    private static BigInteger xOf(BigInteger y) {
        BigInteger square = y.multiply(y).mod(P);
        BigInteger ratio = square.subtract(BigInteger.ONE)
                .multiply(D.multiply(square).add(BigInteger.ONE).modInverse(P)).mod(P);
        BigInteger x = ratio.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
        if (!x.multiply(x).mod(P).equals(ratio)) {
            x = x.multiply(ROOT_OF_MINUS_ONE).mod(P);
        }
        return x.multiply(x).mod(P).equals(ratio) ? x : BigInteger.ZERO;
    }

    private static ByteString encode(BigInteger y, int sign) {
        byte[] bytes = new byte[32];
        for (int index = 0; index < 32; index++) {
            bytes[index] = y.shiftRight(8 * index).byteValue();
        }
        bytes[31] |= (byte) (sign << 7);
        return ByteString.copyFrom(bytes);
    }

    private record Point(BigInteger x, BigInteger y) {
        Point plus(Point other) {
            BigInteger product = D.multiply(x).multiply(other.x).multiply(y).multiply(other.y)
                    .mod(P);
            BigInteger nextX = x.multiply(other.y).add(y.multiply(other.x))
                    .multiply(BigInteger.ONE.add(product).modInverse(P)).mod(P);
            BigInteger nextY = y.multiply(other.y).add(x.multiply(other.x))
                    .multiply(BigInteger.ONE.subtract(product).modInverse(P)).mod(P);
            return new Point(nextX, nextY);
        }

        Point times(BigInteger factor) {
            Point sum = new Point(BigInteger.ZERO, BigInteger.ONE);
            for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
                sum = sum.plus(sum);
                sum = factor.testBit(bit) ? sum.plus(this) : sum;
            }
            return sum;
        }
    }
}
