package network.dchat.erasure;

/// How an object is cut: into `data` shards that hold its bytes and `parity` shards that replace
/// any as many lost ones.
///
/// @param data shards that hold the object itself, at least 1
/// @param parity shards that may be lost, at least 1
public record ErasureScheme(int data, int parity) {

    /// The most shards there can be: the field has 256 elements and each shard needs its own.
    public static final int MAX_TOTAL = 256;

    /// The scheme of the storage mesh: any 5 of 15 shards may be lost, at 1.5 times the size.
    public static final ErasureScheme TEN_FIVE = new ErasureScheme(10, 5);

    public ErasureScheme {
        if (data < 1 || data >= MAX_TOTAL) {
            throw new IllegalArgumentException(
                    "data: %d (expected: 1 to %d)".formatted(data, MAX_TOTAL - 1));
        }
        if (parity < 1 || parity > MAX_TOTAL - data) {
            throw new IllegalArgumentException(
                    "parity: %d (expected: 1 to %d)".formatted(parity, MAX_TOTAL - data));
        }
    }

    /// All shards of an object.
    public int total() {
        return data + parity;
    }

    /// The length in bytes of each shard of an object of `length` bytes: its `data`-th part,
    /// rounded up; what the last shards have too much is zero.
    ///
    /// @throws IllegalArgumentException when `length` is below 1 or a shard would not fit an array
    public int shardLength(long length) {
        if (length < 1 || length > (long) data * Integer.MAX_VALUE) {
            throw new IllegalArgumentException("length: %d (expected: 1 to %d)".formatted(length,
                    (long) data * Integer.MAX_VALUE));
        }
        return (int) ((length - 1) / data + 1);
    }
}
