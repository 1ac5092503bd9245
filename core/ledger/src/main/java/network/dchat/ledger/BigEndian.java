package network.dchat.ledger;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/// Whole numbers as bytes, the most significant first.
final class BigEndian {
    private BigEndian() {}

    static ByteString of(long value) {
        return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, value));
    }

    static ByteString of(int value) {
        return ByteString.copyFrom(ByteBuffer.allocate(Integer.BYTES).putInt(0, value));
    }
}
