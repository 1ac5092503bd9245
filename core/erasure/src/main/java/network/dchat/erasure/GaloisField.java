package network.dchat.erasure;

/// GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D), in which 2 generates all elements but 0.
/// Addition is XOR. Elements are ints from 0 to 255.
final class GaloisField {

    private static final int POLYNOMIAL = 0x11D;
    private static final int ORDER = 255;

    /// `EXPONENTS[i]` is 2^i, twice over so that the sum of two logarithms needs no reduction.
    private static final int[] EXPONENTS = new int[2 * ORDER];
    private static final int[] LOGARITHMS = new int[256];

    static {
        int element = 1;
        for (int power = 0; power < ORDER; power++) {
            EXPONENTS[power] = element;
            EXPONENTS[power + ORDER] = element;
            LOGARITHMS[element] = power;
            element <<= 1;
            if (element > 255) {
                element ^= POLYNOMIAL;
            }
        }
    }

    private GaloisField() {}

    static int multiply(int left, int right) {
        return left == 0 || right == 0 ? 0 : EXPONENTS[LOGARITHMS[left] + LOGARITHMS[right]];
    }

    static int inverse(int element) {
        if (element == 0) {
            throw new ArithmeticException("0 has no inverse");
        }
        return EXPONENTS[ORDER - LOGARITHMS[element]];
    }

    /// `base` to the power `exponent`; 0^0 is 1, as the Vandermonde matrix wants it.
    static int power(int base, int exponent) {
        if (exponent == 0) {
            return 1;
        }
        return base == 0 ? 0 : EXPONENTS[LOGARITHMS[base] * exponent % ORDER];
    }
}
