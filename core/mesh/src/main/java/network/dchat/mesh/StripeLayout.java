package network.dchat.mesh;

import network.dchat.erasure.ErasureScheme;

/// How an object is cut into stripes of shards. All stripes and all shards have the same length;
/// the last stripe is filled up with zeros.
///
/// @param scheme shards of a stripe, at most [#MAXIMUM_TOTAL]
/// @param length true length of the object in bytes, at least 1
/// @param shardLength bytes of each shard, at most [#MAXIMUM_SHARD]
/// @param stripes number of stripes, as few as the shard length allows
public record StripeLayout(ErasureScheme scheme, long length, int shardLength, int stripes) {
    /// Longest shard in bytes.
    public static final int MAXIMUM_SHARD = 64 * 1024;
    /// Most shards of a stripe.
    public static final int MAXIMUM_TOTAL = 32;
    /// Most shards of one object, which bounds its manifest.
    public static final int MAXIMUM_SHARDS = 4096;
    /// Longest object in bytes.
    public static final long MAXIMUM_LENGTH = 100L * 1024 * 1024;

    /// Refuses a layout whose stripes do not hold exactly such an object.
    public StripeLayout {
        Checks.range("shards", scheme.total(), 2, MAXIMUM_TOTAL);
        Checks.range("length", length, 1, MAXIMUM_LENGTH);
        Checks.range("shard length", shardLength, 1, MAXIMUM_SHARD);
        long stripeLength = (long) shardLength * scheme.data();
        Checks.range("stripes", stripes, (length - 1) / stripeLength + 1,
                (length - 1) / stripeLength + 1);
        Checks.range("shards in all", (long) stripes * scheme.total(), 2, MAXIMUM_SHARDS);
    }

    /// The layout of an object: as few stripes as shards of 64 KiB allow, and shards no longer than
    /// these stripes need.
    public static StripeLayout of(ErasureScheme scheme, long length) {
        Checks.range("length", length, 1, MAXIMUM_LENGTH);
        long stripes = (length - 1) / ((long) MAXIMUM_SHARD * scheme.data()) + 1;
        long shardLength = (length - 1) / (stripes * scheme.data()) + 1;
        // Rounding up may have made the last stripe superfluous.
        stripes = (length - 1) / (shardLength * scheme.data()) + 1;
        return new StripeLayout(scheme, length, (int) shardLength, (int) stripes);
    }

    /// All shards of the object.
    public int shards() {
        return stripes * scheme.total();
    }

    /// Bytes of the object in one stripe, padding included.
    public int stripeLength() {
        return shardLength * scheme.data();
    }

    /// Where a stripe begins in the object.
    long start(int stripe) {
        return (long) stripe * stripeLength();
    }

    /// Bytes of the object in this stripe, padding not included.
    int trueLength(int stripe) {
        return (int) Math.min(stripeLength(), length - start(stripe));
    }

    /// The least number of shards of each stripe that must be durable for a put to succeed: 13 of
    /// 15.
    public int durableShards() {
        return scheme.data() + (scheme.parity() + 1) / 2;
    }

    /// How many shards of a stripe a reader asks for at first: 12 of 15.
    int askedShards() {
        return scheme.data() + Math.min(2, scheme.parity());
    }
}
