package network.dchat.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import network.dchat.client.store.Section;
import network.dchat.client.store.Transaction;
import network.dchat.identity.WalletAddress;

/// The counters of own messages, one a conversation. None is used twice, also after a loss of the
/// store: they are never below the time in milliseconds, and nobody sends a message a millisecond.
final class Counters {
    private Counters() {}

    /// The next counter for messages to a user.
    static long next(Transaction rows, ByteString peer, long nowMillis) throws IOException {
        long next = Math.max(last(rows, peer) + 1, nowMillis);
        put(rows, peer, next);
        return next;
    }

    /// Notes a counter that was used in an earlier life.
    static void raise(Transaction rows, ByteString peer, long used) throws IOException {
        if (used > last(rows, peer)) {
            put(rows, peer, used);
        }
    }

    private static long last(Transaction rows, ByteString peer) throws IOException {
        Optional<ByteString> value = rows.get(Section.SETTING, row(peer));
        return value.map(bytes -> bytes.asReadOnlyByteBuffer().getLong()).orElse(0L);
    }

    private static void put(Transaction rows, ByteString peer, long value) throws IOException {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        rows.put(Section.SETTING, row(peer), ByteString.copyFrom(bytes));
    }

    private static String row(ByteString peer) {
        return "counter/" + new WalletAddress(peer);
    }
}
