package network.dchat.erasure;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Encodes objects into shards and rebuilds lost shards, by a systematic Vandermonde code over
/// GF(2^8) modulo 0x11D.
///
/// All shards of an object have the same length. Shard `i` is the `i`-th part of the object for
/// `i < data`, and parity for the others. The code finds *erasures*: whoever calls knows which
/// shards are missing or wrong (the mesh compares hashes). An instance holds no state but a
/// bounded cache of decode tables and may be used by many threads.
public final class ReedSolomon {

    /// The version of the encoding matrix, which goes into manifests: another field, polynomial or
    /// construction would be another version.
    public static final int MATRIX_VERSION = 1;

    /// Decode tables kept, each at most 20 KiB for 10+5.
    public static final int DEFAULT_CACHED_DECODERS = 64;

    private final ErasureScheme scheme;
    private final Matrix matrix;
    private final PackedKernel encoder;
    private final DecoderCache decoders;

    public ReedSolomon(ErasureScheme scheme) {
        this(scheme, DEFAULT_CACHED_DECODERS);
    }

    /// @param cachedDecoders the most decode tables to keep, at least 1
    public ReedSolomon(ErasureScheme scheme, int cachedDecoders) {
        this.scheme = scheme;
        matrix = Matrix.systematic(scheme);
        encoder = new PackedKernel(matrix.select(range(scheme.data(), scheme.total())));
        decoders = new DecoderCache(cachedDecoders);
    }

    public ErasureScheme scheme() {
        return scheme;
    }

    /// Cuts an object into its data shards, filled up with zeros, and adds the parity shards.
    ///
    /// @throws IllegalArgumentException when the object is empty
    public byte[][] encode(byte[] object) {
        byte[][] shards = split(object);
        encodeParity(shards);
        return shards;
    }

    /// Cuts an object into its data shards, filled up with zeros; the parity shards are there but
    /// zero.
    ///
    /// @throws IllegalArgumentException when the object is empty
    public byte[][] split(byte[] object) {
        int length = scheme.shardLength(object.length);
        byte[][] shards = new byte[scheme.total()][length];
        for (int shard = 0; shard < scheme.data(); shard++) {
            // A product of ints may overflow where the last shard is far behind the object's end.
            int from = (int) Math.min((long) shard * length, object.length);
            System.arraycopy(object, from, shards[shard], 0,
                    Math.min(length, object.length - from));
        }
        return shards;
    }

    /// Overwrites the parity shards, which follow the data shards in `shards`.
    ///
    /// @throws IllegalArgumentException when the number or the lengths of the shards are wrong
    public void encodeParity(byte[][] shards) {
        int length = checkLengths(shards);
        encoder.multiply(Arrays.copyOf(shards, scheme.data()),
                Arrays.copyOfRange(shards, scheme.data(), scheme.total()), length);
    }

    /// Whether the parity shards are those of the data shards. One wrong shard makes this false,
    /// but it does not tell which.
    ///
    /// @throws IllegalArgumentException when the number or the lengths of the shards are wrong
    public boolean verify(byte[][] shards) {
        int length = checkLengths(shards);
        byte[][] expected = new byte[scheme.parity()][length];
        encoder.multiply(Arrays.copyOf(shards, scheme.data()), expected, length);
        for (int row = 0; row < expected.length; row++) {
            if (!Arrays.equals(expected[row], shards[scheme.data() + row])) {
                return false;
            }
        }
        return true;
    }

    /// All shards, with the missing ones (null) rebuilt from the first `data` of those present. The
    /// arrays given are used as they are and not changed.
    ///
    /// @throws IllegalArgumentException when fewer than `data` shards are present or lengths differ
    public byte[][] reconstruct(byte[] @Nullable [] shards) {
        return rebuild(shards, scheme.total());
    }

    /// The data shards alone, with the missing ones (null) rebuilt; otherwise as [#reconstruct].
    ///
    /// @throws IllegalArgumentException when fewer than `data` shards are present or lengths differ
    public byte[][] reconstructData(byte[] @Nullable [] shards) {
        return rebuild(shards, scheme.data());
    }

    /// The object of `length` bytes, from any `data` of its shards; the missing ones are null.
    ///
    /// @throws IllegalArgumentException when fewer than `data` shards are present, or their
    ///     length is not that of the shards of such an object
    public byte[] decode(byte[] @Nullable [] shards, int length) {
        return join(reconstructData(shards), length);
    }

    /// The object of `length` bytes, from its data shards. Shards behind them are not looked at.
    ///
    /// @throws IllegalArgumentException when shards are missing or have the wrong length
    public byte[] join(byte[][] shards, int length) {
        int shardLength = scheme.shardLength(length);
        if (shards.length < scheme.data()) {
            throw new IllegalArgumentException(
                    "shards: %d (expected: %d or more)".formatted(shards.length, scheme.data()));
        }
        byte[] object = new byte[length];
        for (int shard = 0; shard < scheme.data(); shard++) {
            if (shards[shard].length != shardLength) {
                throw wrongLength(shard, shards[shard].length, shardLength);
            }
            int from = (int) Math.min((long) shard * shardLength, length);
            System.arraycopy(shards[shard], 0, object, from, Math.min(shardLength, length - from));
        }
        return object;
    }

    private byte[][] rebuild(byte[] @Nullable [] shards, int count) {
        checkCount(shards.length);
        byte[][] complete = new byte[count][];
        byte[][] inputs = new byte[scheme.data()][];
        BitSet used = new BitSet();
        BitSet wanted = new BitSet();
        int length = -1;
        for (int index = 0; index < shards.length; index++) {
            byte[] shard = shards[index];
            if (shard == null) {
                wanted.set(index, index < count);
                continue;
            }
            length = length < 0 ? shard.length : length;
            if (shard.length != length || length == 0) {
                throw wrongLength(index, shard.length, Math.max(1, length));
            }
            if (used.cardinality() < scheme.data()) {
                inputs[used.cardinality()] = shard;
                used.set(index);
            }
            if (index < count) {
                complete[index] = shard;
            }
        }
        if (used.cardinality() < scheme.data()) {
            throw new IllegalArgumentException("shards: %d (expected: %d or more)"
                    .formatted(used.cardinality(), scheme.data()));
        }
        if (!wanted.isEmpty()) {
            byte[][] rebuilt = new byte[wanted.cardinality()][length];
            decoder(used, wanted).multiply(inputs, rebuilt, length);
            int[] places = wanted.stream().toArray();
            for (int row = 0; row < places.length; row++) {
                complete[places[row]] = rebuilt[row];
            }
        }
        return complete;
    }

    private PackedKernel decoder(BitSet used, BitSet wanted) {
        DecoderCache.Loss loss = new DecoderCache.Loss(used, wanted);
        return decoders.find(loss).orElseGet(() -> {
            Matrix read = matrix.select(used.stream().toArray());
            Matrix inverse = read.inverse()
                    .orElseThrow(() -> new IllegalStateException("singular: rows " + used));
            PackedKernel kernel = new PackedKernel(
                    matrix.select(wanted.stream().toArray()).multiply(inverse));
            decoders.keep(loss, kernel);
            return kernel;
        });
    }

    private int checkLengths(byte[][] shards) {
        checkCount(shards.length);
        int length = shards[0].length;
        for (int index = 0; index < shards.length; index++) {
            if (shards[index].length != length || length == 0) {
                throw wrongLength(index, shards[index].length, Math.max(1, length));
            }
        }
        return length;
    }

    private void checkCount(int count) {
        if (count != scheme.total()) {
            throw new IllegalArgumentException(
                    "shards: %d (expected: %d)".formatted(count, scheme.total()));
        }
    }

    private static IllegalArgumentException wrongLength(int index, int length, int expected) {
        return new IllegalArgumentException(
                "shard %d: %d bytes (expected: %d)".formatted(index, length, expected));
    }

    private static int[] range(int from, int to) {
        int[] numbers = new int[to - from];
        Arrays.setAll(numbers, offset -> from + offset);
        return numbers;
    }
}
