package network.dchat.dht;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// The records that this node keeps up: published again after half a minute, two minutes, ten
/// minutes, and then every hour, because a young network changes quickly.
final class Published {
    private static final long[] PAUSES_MILLIS = {30_000, 120_000, 600_000, 3_600_000};

    private final int maximum;
    private final Map<RecordKey, Entry> entries = new TreeMap<>();

    Published(int maximum) {
        this.maximum = maximum;
    }

    private static final class Entry {
        private final VerifiedRecord record;
        private int times;
        private long dueMillis;

        Entry(VerifiedRecord record) {
            this.record = record;
        }
    }

    /// Keeps a record up from now on, or says why not.
    Optional<Rejection> add(VerifiedRecord record, long nowMillis) {
        Entry known = entries.get(record.key());
        if (known != null && known.record.isNewerThan(record)) {
            return Optional.of(new Rejection(RejectionCode.REPLAYED,
                    record + " (expected: #" + known.record.content().sequence() + " or above)"));
        }
        if (known == null && entries.size() >= maximum) {
            return Optional.of(new Rejection(RejectionCode.QUOTA_EXCEEDED,
                    "published records: " + maximum + " already"));
        }
        Entry entry = new Entry(record);
        entry.dueMillis = nowMillis + PAUSES_MILLIS[0];
        entries.put(record.key(), entry);
        return Optional.empty();
    }

    void remove(RecordKey key) {
        entries.remove(key);
    }

    Optional<VerifiedRecord> find(RecordKey key, long nowMillis) {
        return Optional.ofNullable(entries.get(key)).map(entry -> entry.record)
                .filter(record -> record.content().expiresAtMillis() > nowMillis);
    }

    /// Makes all of them due now: the node has just found the network.
    void hurry(long nowMillis) {
        for (Entry entry : entries.values()) {
            entry.times = 0;
            entry.dueMillis = nowMillis;
        }
    }

    /// Up to `count` that are due, after those that expired were dropped.
    List<VerifiedRecord> takeDue(int count, long nowMillis) {
        entries.values().removeIf(entry -> entry.record.content().expiresAtMillis() <= nowMillis);
        List<VerifiedRecord> due = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (due.size() < count && entry.dueMillis <= nowMillis) {
                entry.times = Math.min(entry.times + 1, PAUSES_MILLIS.length - 1);
                entry.dueMillis = nowMillis + PAUSES_MILLIS[entry.times];
                due.add(entry.record);
            }
        }
        return due;
    }

    int size() {
        return entries.size();
    }
}
