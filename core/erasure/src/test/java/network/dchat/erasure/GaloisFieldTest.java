package network.dchat.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GaloisFieldTest {

    @Test
    void multipliesAsPolynomialsModulo0x11D() {
        for (int left = 0; left < 256; left++) {
            for (int right = 0; right < 256; right++) {
                assertThat(GaloisField.multiply(left, right)).isEqualTo(byHand(left, right));
            }
        }
    }

    @Test
    void everyElementButZeroHasAnInverse() {
        for (int element = 1; element < 256; element++) {
            assertThat(GaloisField.multiply(element, GaloisField.inverse(element))).isEqualTo(1);
        }
        assertThatThrownBy(() -> GaloisField.inverse(0)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void raisesToPowersByRepeatedMultiplication() {
        for (int base = 0; base < 256; base++) {
            int expected = 1;
            for (int exponent = 0; exponent < 256; exponent++) {
                assertThat(GaloisField.power(base, exponent)).isEqualTo(expected);
                expected = byHand(expected, base);
            }
        }
    }

    private static int byHand(int left, int right) {
        int product = 0;
        for (int bit = 7; bit >= 0; bit--) {
            product <<= 1;
            if (product > 255) {
                product ^= 0x11D;
            }
            if ((right >> bit & 1) == 1) {
                product ^= left;
            }
        }
        return product;
    }
}
