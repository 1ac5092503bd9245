package network.dchat.erasure;

import java.util.Arrays;

/// Multiplies shards by a matrix: output `r` is the sum over all inputs `i` of
/// `matrix[r][i] * input[i]`, byte by byte.
///
/// The products of one input byte with up to eight matrix rows are packed into one `long` and
/// looked up at once; a table of 256 such longs per input is all the state, so an instance is
/// immutable and may be used by many threads.
///
/// What makes it fast, and is easily lost: the loops over bytes call no method; the tables are
/// copied to an array made inside the method, whose constant length lets the compiler drop the
/// bounds check of each look-up; five inputs a pass keep their pointers in registers and their
/// lines in the cache.
final class PackedKernel {

    /// Products in a long.
    private static final int LANES = Long.BYTES;
    /// Inputs a round; a round is two passes of five.
    private static final int ROUND = 10;
    private static final int ROUND_TABLE = 256 * ROUND;
    /// Bytes of a shard worked on at a time; their sums (8 KiB) stay in the first-level cache.
    private static final int BLOCK = 1024;

    private final int inputs;
    private final int outputs;
    /// By group of eight outputs, then by round of ten inputs: 256 longs per input, zeros where
    /// there is no such input.
    private final long[][][] tables;

    PackedKernel(Matrix matrix) {
        inputs = matrix.width();
        outputs = matrix.height();
        int groups = (outputs - 1) / LANES + 1;
        int rounds = (inputs - 1) / ROUND + 1;
        tables = new long[groups][rounds][ROUND_TABLE];
        for (int group = 0; group < groups; group++) {
            for (int input = 0; input < inputs; input++) {
                fill(tables[group][input / ROUND], input % ROUND * 256, matrix, group, input);
            }
        }
    }

    private static void fill(long[] table, int base, Matrix matrix, int group, int input) {
        int first = group * LANES;
        int last = Math.min(first + LANES, matrix.height());
        for (int bit = 1; bit < 256; bit <<= 1) {
            long packed = 0;
            for (int row = first; row < last; row++) {
                long product = GaloisField.multiply(matrix.at(row, input), bit);
                packed |= product << ((row - first) * Byte.SIZE);
            }
            // The product is linear: that of a sum is the sum of the products.
            for (int lower = 0; lower < bit; lower++) {
                table[base + bit + lower] = table[base + lower] ^ packed;
            }
        }
    }

    /// Fills `results` with the product. All arrays have `length` bytes; inputs are not changed.
    void multiply(byte[][] shards, byte[][] results, int length) {
        if (shards.length != inputs || results.length != outputs) {
            throw new IllegalArgumentException("shards: %d to %d (expected: %d to %d)"
                    .formatted(shards.length, results.length, inputs, outputs));
        }
        // A last round that is not full reads its first shards again, against tables of zeros.
        byte[][] padded = Arrays.copyOf(shards, tables[0].length * ROUND);
        Arrays.fill(padded, inputs, padded.length, shards[0]);
        for (int group = 0; group < tables.length; group++) {
            int first = group * LANES;
            byte[][] lanes = Arrays.copyOfRange(results, first, Math.min(first + LANES, outputs));
            multiplyGroup(tables[group], padded, lanes, length);
        }
    }

    private static void multiplyGroup(long[][] rounds, byte[][] in, byte[][] out, int length) {
        long[] t = new long[ROUND_TABLE];
        long[] sums = new long[Math.min(BLOCK, length)];
        System.arraycopy(rounds[0], 0, t, 0, ROUND_TABLE);
        for (int from = 0; from < length; from += BLOCK) {
            int n = Math.min(BLOCK, length - from);
            for (int round = 0; round < rounds.length; round++) {
                if (rounds.length > 1) {
                    System.arraycopy(rounds[round], 0, t, 0, ROUND_TABLE);
                }
                int s = round * ROUND;
                byte[] a = in[s];
                byte[] b = in[s + 1];
                byte[] c = in[s + 2];
                byte[] d = in[s + 3];
                byte[] e = in[s + 4];
                if (round == 0) {
                    for (int p = 0; p < n; p++) {
                        sums[p] = t[a[from + p] & 255] ^ t[256 + (b[from + p] & 255)]
                                ^ t[512 + (c[from + p] & 255)] ^ t[768 + (d[from + p] & 255)]
                                ^ t[1024 + (e[from + p] & 255)];
                    }
                } else {
                    for (int p = 0; p < n; p++) {
                        sums[p] ^= t[a[from + p] & 255] ^ t[256 + (b[from + p] & 255)]
                                ^ t[512 + (c[from + p] & 255)] ^ t[768 + (d[from + p] & 255)]
                                ^ t[1024 + (e[from + p] & 255)];
                    }
                }
                byte[] f = in[s + 5];
                byte[] g = in[s + 6];
                byte[] h = in[s + 7];
                byte[] i = in[s + 8];
                byte[] j = in[s + 9];
                for (int p = 0; p < n; p++) {
                    sums[p] ^= t[1280 + (f[from + p] & 255)] ^ t[1536 + (g[from + p] & 255)]
                            ^ t[1792 + (h[from + p] & 255)] ^ t[2048 + (i[from + p] & 255)]
                            ^ t[2304 + (j[from + p] & 255)];
                }
            }
            for (int lane = 0; lane < out.length; lane++) {
                byte[] result = out[lane];
                int shift = lane * Byte.SIZE;
                for (int p = 0; p < n; p++) {
                    result[from + p] = (byte) (sums[p] >>> shift);
                }
            }
        }
    }
}
