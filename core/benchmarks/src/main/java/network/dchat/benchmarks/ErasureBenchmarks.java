package network.dchat.benchmarks;

import java.util.Arrays;
import network.dchat.erasure.ErasureScheme;
import network.dchat.erasure.ReedSolomon;
import org.jspecify.annotations.Nullable;

/// Reed-Solomon 10 + 5 of 64 KiB shards against a loop over a table of products.
final class ErasureBenchmarks {
    private static final int DATA = 10;
    private static final int PARITY = 5;
    private static final int SHARD = 64 * 1024;
    private static final double MEGABYTES = DATA * SHARD / 1e6;
    private static final int POLYNOMIAL = 0x11D;
    private static final String BASELINE = "a loop over a table of products";

    private ErasureBenchmarks() {}

    static Comparison encode() {
        ReedSolomon code = new ReedSolomon(new ErasureScheme(DATA, PARITY));
        byte[][] shards = shards(code);
        byte[][] coefficients = new byte[PARITY][DATA];
        for (int column = 0; column < DATA; column++) {
            byte[][] unit = new byte[DATA + PARITY][1];
            unit[column][0] = 1;
            code.encodeParity(unit);
            for (int row = 0; row < PARITY; row++) {
                coefficients[row][column] = unit[DATA + row][0];
            }
        }
        byte[][] mine = deepCopy(shards);
        byte[][] plain = deepCopy(shards);
        Table table = new Table();
        return new Comparison("MB", MEGABYTES, () -> {
            code.encodeParity(mine);
            return sum(mine, DATA, DATA + PARITY);
        }, () -> {
            table.multiply(coefficients, Arrays.copyOfRange(plain, 0, DATA),
                    Arrays.copyOfRange(plain, DATA, DATA + PARITY));
            return sum(plain, DATA, DATA + PARITY);
        }, BASELINE);
    }

    /// The first five data shards are lost.
    static Comparison decode() {
        ReedSolomon code = new ReedSolomon(new ErasureScheme(DATA, PARITY));
        byte[][] shards = shards(code);
        byte[][] coefficients = new byte[PARITY][DATA];
        for (int column = 0; column < DATA; column++) {
            byte[] @Nullable [] unit = new byte[DATA + PARITY][1];
            Arrays.fill(unit, 0, PARITY, null);
            unit[PARITY + column] = new byte[]{1};
            byte[][] found = code.reconstructData(unit);
            for (int row = 0; row < PARITY; row++) {
                coefficients[row][column] = found[row][0];
            }
        }
        byte[] @Nullable [] left = Arrays.copyOf(shards, shards.length);
        Arrays.fill(left, 0, PARITY, null);
        byte[][] plain = new byte[PARITY][SHARD];
        byte[][] known = Arrays.copyOfRange(shards, PARITY, PARITY + DATA);
        Table table = new Table();
        return new Comparison("MB", MEGABYTES,
                () -> sum(code.reconstructData(Arrays.copyOf(left, left.length)), 0, PARITY),
                () -> {
                    table.multiply(coefficients, known, plain);
                    return sum(plain, 0, PARITY);
                }, BASELINE);
    }

    private static byte[][] shards(ReedSolomon code) {
        byte[][] shards = new byte[DATA + PARITY][SHARD];
        for (int index = 0; index < DATA; index++) {
            shards[index] = Fixtures.bytes(SHARD, index);
        }
        code.encodeParity(shards);
        return shards;
    }

    private static byte[][] deepCopy(byte[][] shards) {
        byte[][] copy = new byte[shards.length][];
        for (int index = 0; index < shards.length; index++) {
            copy[index] = shards[index].clone();
        }
        return copy;
    }

    /// A few bytes of each: to sum all of them would cost as much as the coding.
    private static long sum(byte[][] shards, int from, int to) {
        long sum = 0;
        for (int index = from; index < to; index++) {
            for (int place = 0; place < SHARD; place += 4_001) {
                sum = 31 * sum + shards[index][place];
            }
        }
        return sum;
    }

    /// Products in GF(2^8), all 65,536 of them.
    private static final class Table {
        private final byte[][] products = new byte[256][256];

        Table() {
            for (int left = 0; left < 256; left++) {
                for (int right = 0; right < 256; right++) {
                    products[left][right] = (byte) product(left, right);
                }
            }
        }

        void multiply(byte[][] coefficients, byte[][] inputs, byte[][] outputs) {
            for (int row = 0; row < outputs.length; row++) {
                byte[] output = outputs[row];
                Arrays.fill(output, (byte) 0);
                for (int column = 0; column < inputs.length; column++) {
                    byte[] times = products[coefficients[row][column] & 0xff];
                    byte[] input = inputs[column];
                    for (int place = 0; place < output.length; place++) {
                        output[place] ^= times[input[place] & 0xff];
                    }
                }
            }
        }

        private static int product(int left, int right) {
            int product = 0;
            int factor = left;
            for (int rest = right; rest != 0; rest >>= 1) {
                if ((rest & 1) != 0) {
                    product ^= factor;
                }
                factor <<= 1;
                if (factor > 0xff) {
                    factor ^= POLYNOMIAL;
                }
            }
            return product;
        }
    }
}
