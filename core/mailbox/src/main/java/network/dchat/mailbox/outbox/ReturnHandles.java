package network.dchat.mailbox.outbox;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.ReturnHandle;

/// The return tokens that relays gave this user. Each is used once while there are others; when
/// only one is left it is used again, rather than none. Owned by one thread.
public final class ReturnHandles {
    private static final int KEPT = 256;
    private static final int HANDLES = 3;

    private final Map<PeerId, Deque<ByteString>> tokens = new LinkedHashMap<>();

    /// Adds fresh tokens of a relay.
    public void add(PeerId relay, List<ByteString> fresh) {
        Deque<ByteString> kept = tokens.computeIfAbsent(relay, _ -> new ArrayDeque<>());
        kept.addAll(fresh);
        while (kept.size() > KEPT) {
            kept.removeFirst();
        }
    }

    /// Forgets a relay that was left.
    public void forget(PeerId relay) {
        tokens.remove(relay);
    }

    /// Handles for one message, at most three, one a relay.
    public List<ReturnHandle> take() {
        List<ReturnHandle> handles = new ArrayList<>(HANDLES);
        for (Map.Entry<PeerId, Deque<ByteString>> entry : tokens.entrySet()) {
            Deque<ByteString> kept = entry.getValue();
            if (handles.size() < HANDLES && !kept.isEmpty()) {
                ByteString token = kept.size() > 1 ? kept.removeFirst() : kept.getFirst();
                handles.add(ReturnHandle.newBuilder().setRelay(entry.getKey().toBytes())
                        .setToken(token).build());
            }
        }
        return handles;
    }
}
