package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bodies in memory, up to a number of bytes; the one used longest ago goes first. All of them are
/// in the store as well.
final class BodyCache<K> {
    private final long maximumBytes;
    private final Map<K, ByteString> bodies = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    BodyCache(long maximumBytes) {
        this.maximumBytes = maximumBytes;
    }

    void put(K key, ByteString body) {
        if (body.size() > maximumBytes) {
            return;
        }
        ByteString old = bodies.put(key, body);
        bytes += body.size() - (old == null ? 0 : old.size());
        Iterator<ByteString> oldest = bodies.values().iterator();
        while (bytes > maximumBytes) {
            bytes -= oldest.next().size();
            oldest.remove();
        }
    }

    @Nullable
    ByteString get(K key) {
        return bodies.get(key);
    }

    void remove(K key) {
        ByteString old = bodies.remove(key);
        bytes -= old == null ? 0 : old.size();
    }

    long bytes() {
        return bytes;
    }
}
