package network.dchat.identity;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/// Work that makes it cost something to be many: a nonce for which H(`dchat/pow/1`, public key ‖
/// nonce) begins with enough zero bits. The nonce is written in 8 bytes, big-endian.
public final class ProofOfWork {
    /// Zero bits asked of a peer unless configured otherwise: about 4,096 hashes, milliseconds.
    public static final int DEFAULT_BITS = 12;

    /// Most zero bits that can be asked: about a day on one core.
    public static final int MAXIMUM_BITS = 36;

    private static final String TAG = "dchat/pow/1";
    private static final int TRIES_PER_EXPECTED = 64;

    private ProofOfWork() {}

    /// The first nonce from `start` that shows this much work.
    ///
    /// @throws IllegalStateException after 64 times as many tries as are needed on average
    public static long solve(PublicKey key, int bits, long start) {
        requireBits(bits);
        long tries = (1L << bits) * TRIES_PER_EXPECTED;
        for (long nonce = start; nonce - start < tries; nonce++) {
            if (bits(key, nonce) >= bits) {
                return nonce;
            }
        }
        throw new IllegalStateException(
                "proof of work: none in " + tries + " tries (expected: one)");
    }

    /// True when the nonce shows at least this much work.
    public static boolean verify(PublicKey key, long nonce, int bits) {
        requireBits(bits);
        return bits(key, nonce) >= bits;
    }

    /// How many zero bits the nonce shows.
    public static int bits(PublicKey key, long nonce) {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).putLong(nonce).flip();
        ByteBuffer hash = TaggedHash.of(TAG, key.bytes(), ByteString.copyFrom(number)).bytes()
                .asReadOnlyByteBuffer();
        return Long.numberOfLeadingZeros(hash.getLong());
    }

    private static void requireBits(int bits) {
        if (bits < 0 || bits > MAXIMUM_BITS) {
            throw new IllegalArgumentException(
                    "proof of work bits: " + bits + " (expected: 0 to " + MAXIMUM_BITS + ")");
        }
    }
}
