package network.dchat.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatrixTest {

    private static final Matrix MATRIX = Matrix.systematic(ErasureScheme.TEN_FIVE);

    /// Computed by an independent program; stored objects rest on these numbers for ever.
    @Test
    void theParityRowsOfTenFiveNeverChange() {
        assertThat(List.of(row(10), row(11), row(12), row(13), row(14))).containsExactly(
                "8196afb8d2c4fee80302", "9681b8afc4d2e8fe0203", "bfd6620a066fdfb70504",
                "d6bf0a626f06b7df0405", "bfc04c32552ba0df0706");
    }

    @Test
    void theTopIsTheIdentity() {
        for (int row = 0; row < 10; row++) {
            for (int column = 0; column < 10; column++) {
                assertThat(MATRIX.at(row, column)).isEqualTo(row == column ? 1 : 0);
            }
        }
    }

    @Test
    void allTenOfFifteenRowsAreInvertible() {
        List<BitSet> subsets = Losses.exactly(10, 15);

        assertThat(subsets).hasSize(3003)
                .allMatch(rows -> MATRIX.select(rows.stream().toArray()).inverse().isPresent());
    }

    @Test
    void theInverseOfASingularMatrixIsEmpty() {
        assertThat(Matrix.of(new int[][]{{3, 5}, {3, 5}}).inverse()).isEmpty();
        assertThat(Matrix.of(new int[][]{{0, 0}, {0, 1}}).inverse()).isEmpty();
    }

    @Test
    void aMatrixTimesItsInverseIsTheIdentity() {
        Matrix rows = MATRIX.select(new int[]{1, 3, 4, 6, 8, 10, 11, 12, 13, 14});
        Matrix product = rows.multiply(rows.inverse().orElseThrow());

        for (int row = 0; row < 10; row++) {
            for (int column = 0; column < 10; column++) {
                assertThat(product.at(row, column)).isEqualTo(row == column ? 1 : 0);
            }
        }
    }

    private static String row(int row) {
        byte[] elements = new byte[MATRIX.width()];
        for (int column = 0; column < elements.length; column++) {
            elements[column] = (byte) MATRIX.at(row, column);
        }
        return HexFormat.of().formatHex(elements);
    }
}
