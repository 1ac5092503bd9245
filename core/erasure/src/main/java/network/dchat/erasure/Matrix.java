package network.dchat.erasure;

import java.util.Arrays;
import java.util.Optional;

/// An immutable matrix over [GaloisField].
final class Matrix {

    private final int[][] rows;

    private Matrix(int[][] rows) {
        this.rows = rows;
    }

    static Matrix of(int[][] rows) {
        int[][] copy = new int[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            copy[row] = rows[row].clone();
        }
        return new Matrix(copy);
    }

    /// The encoding matrix: the Vandermonde matrix `r^c` of all shards times the inverse of its top
    /// square. The top is then the identity (data shards are the object itself), and any `data`
    /// rows are still invertible, since any `data` rows of a Vandermonde matrix with distinct `r`
    /// are.
    static Matrix systematic(ErasureScheme scheme) {
        int[][] vandermonde = new int[scheme.total()][scheme.data()];
        for (int row = 0; row < vandermonde.length; row++) {
            for (int column = 0; column < scheme.data(); column++) {
                vandermonde[row][column] = GaloisField.power(row, column);
            }
        }
        Matrix all = new Matrix(vandermonde);
        Matrix top = new Matrix(Arrays.copyOf(vandermonde, scheme.data()));
        return all.multiply(top.inverse().orElseThrow());
    }

    int height() {
        return rows.length;
    }

    int width() {
        return rows[0].length;
    }

    int at(int row, int column) {
        return rows[row][column];
    }

    /// The matrix of these rows, in this order.
    Matrix select(int[] selected) {
        int[][] picked = new int[selected.length][];
        for (int row = 0; row < selected.length; row++) {
            picked[row] = rows[selected[row]];
        }
        return new Matrix(picked);
    }

    Matrix multiply(Matrix right) {
        int[][] product = new int[height()][right.width()];
        for (int row = 0; row < height(); row++) {
            for (int column = 0; column < right.width(); column++) {
                int sum = 0;
                for (int inner = 0; inner < width(); inner++) {
                    sum ^= GaloisField.multiply(rows[row][inner], right.rows[inner][column]);
                }
                product[row][column] = sum;
            }
        }
        return new Matrix(product);
    }

    /// The inverse by Gauss-Jordan elimination; empty when the matrix is singular.
    Optional<Matrix> inverse() {
        int size = height();
        int[][] work = new int[size][];
        for (int row = 0; row < size; row++) {
            work[row] = Arrays.copyOf(rows[row], 2 * size);
            work[row][size + row] = 1;
        }
        for (int column = 0; column < size; column++) {
            int pivot = column;
            while (pivot < size && work[pivot][column] == 0) {
                pivot++;
            }
            if (pivot == size) {
                return Optional.empty();
            }
            int[] chosen = work[pivot];
            work[pivot] = work[column];
            work[column] = chosen;
            scale(chosen, GaloisField.inverse(chosen[column]));
            for (int row = 0; row < size; row++) {
                if (row != column) {
                    subtract(work[row], chosen, work[row][column]);
                }
            }
        }
        int[][] inverse = new int[size][];
        for (int row = 0; row < size; row++) {
            inverse[row] = Arrays.copyOfRange(work[row], size, 2 * size);
        }
        return Optional.of(new Matrix(inverse));
    }

    private static void scale(int[] row, int factor) {
        for (int column = 0; column < row.length; column++) {
            row[column] = GaloisField.multiply(row[column], factor);
        }
    }

    private static void subtract(int[] row, int[] other, int factor) {
        for (int column = 0; column < row.length; column++) {
            row[column] ^= GaloisField.multiply(other[column], factor);
        }
    }
}
