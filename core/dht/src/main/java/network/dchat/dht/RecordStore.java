package network.dchat.dht;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.Hash;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// The records of others that lie here, closest to us first. When there is no room, the one
/// furthest from us goes: others are closer to it.
final class RecordStore {
    private final DhtLimits.Storage limits;
    private final TreeMap<RecordKey, Held> records;
    private long bytes;

    RecordStore(Hash self, DhtLimits.Storage limits) {
        Key center = Key.of(self);
        Comparator<RecordKey> byDistance = (left, right) -> center
                .compareDistances(Key.of(left.key()), Key.of(right.key()));
        this.limits = limits;
        this.records = new TreeMap<>(byDistance.thenComparing(RecordKey::kind));
    }

    private static final class Held {
        private VerifiedRecord record;
        private long receivedAtMillis;

        Held(VerifiedRecord record, long receivedAtMillis) {
            this.record = record;
            this.receivedAtMillis = receivedAtMillis;
        }
    }

    /// Keeps a record, or says why not: it is older than the one that lies here, contradicts it, or
    /// there is no room.
    Optional<Rejection> put(VerifiedRecord record, long nowMillis) {
        if (record.content().expiresAtMillis() <= nowMillis) {
            return rejection(RejectionCode.EXPIRED, record + ": its time is over");
        }
        Held held = records.get(record.key());
        if (held != null) {
            return replace(held, record, nowMillis);
        }
        records.put(record.key(), new Held(record, nowMillis));
        bytes += record.size();
        makeRoom();
        return records.containsKey(record.key())
                ? Optional.empty()
                : rejection(RejectionCode.QUOTA_EXCEEDED,
                        record + ": no room for a record so far away");
    }

    private Optional<Rejection> replace(Held held, VerifiedRecord record, long nowMillis) {
        if (held.record.isNewerThan(record)) {
            return rejection(RejectionCode.REPLAYED,
                    record + " (expected: #" + held.record.content().sequence() + " or above)");
        }
        if (!record.isNewerThan(held.record) && !record.signed().equals(held.record.signed())) {
            return rejection(RejectionCode.CONFLICT, record + ": another one is here");
        }
        bytes += record.size() - held.record.size();
        held.record = record;
        held.receivedAtMillis = nowMillis;
        makeRoom();
        return Optional.empty();
    }

    Optional<VerifiedRecord> find(RecordKey key, long nowMillis) {
        Held held = records.get(key);
        return held == null || held.record.content().expiresAtMillis() <= nowMillis
                ? Optional.empty()
                : Optional.of(held.record);
    }

    void expire(long nowMillis) {
        for (Iterator<Held> all = records.values().iterator(); all.hasNext();) {
            VerifiedRecord record = all.next().record;
            if (record.content().expiresAtMillis() <= nowMillis) {
                bytes -= record.size();
                all.remove();
            }
        }
    }

    /// Up to `count` records that nobody sent us for so long, closest first; they count as just
    /// received then.
    List<VerifiedRecord> takeUnrefreshed(long silentMillis, int count, long nowMillis) {
        List<VerifiedRecord> found = new ArrayList<>();
        for (Map.Entry<RecordKey, Held> entry : records.entrySet()) {
            Held held = entry.getValue();
            if (found.size() < count && nowMillis - held.receivedAtMillis >= silentMillis) {
                held.receivedAtMillis = nowMillis;
                found.add(held.record);
            }
        }
        return found;
    }

    int size() {
        return records.size();
    }

    private void makeRoom() {
        while (records.size() > limits.records() || bytes > limits.bytes()) {
            bytes -= records.pollLastEntry().getValue().record.size();
        }
    }

    private static Optional<Rejection> rejection(RejectionCode code, String reason) {
        return Optional.of(new Rejection(code, reason));
    }
}
