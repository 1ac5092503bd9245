package network.dchat.dht;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import network.dchat.identity.Hash;

/// A place in the table: 256 bits, compared by XOR distance (Kademlia, section 2.1).
record Key(long first, long second, long third, long fourth) {
    static final int BITS = 256;

    static Key of(Hash hash) {
        ByteBuffer bytes = hash.bytes().asReadOnlyByteBuffer();
        return new Key(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    /// How many leading bits both share: the bucket that the other belongs in. 256 for the same
    /// key.
    int sharedBits(Key other) {
        if (first != other.first) {
            return Long.numberOfLeadingZeros(first ^ other.first);
        }
        if (second != other.second) {
            return 64 + Long.numberOfLeadingZeros(second ^ other.second);
        }
        if (third != other.third) {
            return 128 + Long.numberOfLeadingZeros(third ^ other.third);
        }
        return 192 + Long.numberOfLeadingZeros(fourth ^ other.fourth);
    }

    /// Negative when the left one is closer to this, positive when the right one is, 0 when they
    /// are the same.
    int compareDistances(Key left, Key right) {
        if (left.first != right.first) {
            return Long.compareUnsigned(left.first ^ first, right.first ^ first);
        }
        if (left.second != right.second) {
            return Long.compareUnsigned(left.second ^ second, right.second ^ second);
        }
        if (left.third != right.third) {
            return Long.compareUnsigned(left.third ^ third, right.third ^ third);
        }
        return Long.compareUnsigned(left.fourth ^ fourth, right.fourth ^ fourth);
    }

    /// A key drawn from those that share exactly this many leading bits with this one.
    Hash drawInBucket(int bucket, SplittableRandom random) {
        ByteBuffer drawn = ByteBuffer.allocate(Hash.LENGTH);
        for (int word = 0; word < 4; word++) {
            drawn.putLong(random.nextLong());
        }
        byte[] bytes = drawn.array();
        byte[] own = toBytes();
        int whole = bucket / Byte.SIZE;
        System.arraycopy(own, 0, bytes, 0, whole);
        int bit = 0x80 >>> bucket % Byte.SIZE;
        int keep = 0xff & ~(2 * bit - 1);
        bytes[whole] = (byte) ((own[whole] & keep) | (~own[whole] & bit)
                | (bytes[whole] & (bit - 1)));
        return new Hash(ByteString.copyFrom(bytes));
    }

    private byte[] toBytes() {
        return ByteBuffer.allocate(Hash.LENGTH).putLong(first).putLong(second).putLong(third)
                .putLong(fourth).array();
    }
}
