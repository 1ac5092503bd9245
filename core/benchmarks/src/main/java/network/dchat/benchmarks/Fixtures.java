package network.dchat.benchmarks;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.SplittableRandom;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;

/// Keys and bytes that are the same in every run.
final class Fixtures {
    static final NetworkId NETWORK = new NetworkId(hash("network"));
    /// The time of everything.
    static final long NOW = 1_800_000_000_000L;
    static final long DAY_MILLIS = 86_400_000L;

    private Fixtures() {}

    static Hash hash(String name) {
        return Sha256.of(ByteString.copyFromUtf8(name));
    }

    static SigningKey key(String name) {
        return SigningKey.fromSeed(hash(name).bytes());
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /// SHA-256 of each of these, one after the other, by the JDK alone: what anything that names
    /// them by their hash cannot do without.
    static Work plainHashes(List<byte[]> items) {
        List<byte[]> copies = List.copyOf(items);
        return () -> {
            MessageDigest digest = sha256();
            long sum = 0;
            for (byte[] item : copies) {
                sum += ByteBuffer.wrap(digest.digest(item)).getLong();
            }
            return sum;
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("SHA-256: not in this JDK", absent);
        }
    }
}
