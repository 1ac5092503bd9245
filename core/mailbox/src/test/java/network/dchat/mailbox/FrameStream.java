package network.dchat.mailbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// One end of a stream over a network that loses, repeats and reorders: frames are sent again until
/// they are acknowledged, and come out in order.
final class FrameStream<I, O> {
    private final Map<Long, I> early = new TreeMap<>();
    private final NavigableMap<Long, O> unacknowledged = new TreeMap<>();
    private long sent;
    private long received;
    private long heardAt;

    FrameStream(long nowMillis) {
        this.heardAt = nowMillis;
    }

    /// Numbers a frame and keeps it until it is acknowledged.
    long send(O frame) {
        sent++;
        unacknowledged.put(sent, frame);
        return sent;
    }

    long received() {
        return received;
    }

    /// What is to be sent again.
    Map<Long, O> unacknowledged() {
        return unacknowledged;
    }

    /// The frames that can be taken now.
    List<I> receive(long number, long acknowledged, I frame, long nowMillis) {
        heardAt = nowMillis;
        unacknowledged.headMap(acknowledged, true).clear();
        if (number > received) {
            early.put(number, frame);
        }
        List<I> ready = new ArrayList<>();
        I next = early.remove(received + 1);
        while (next != null) {
            received++;
            ready.add(next);
            next = early.remove(received + 1);
        }
        return ready;
    }

    /// Whether nothing came for so long that the stream must be broken.
    boolean isStalled(long afterMillis, long nowMillis) {
        return nowMillis - heardAt > afterMillis;
    }
}
