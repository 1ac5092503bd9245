package network.dchat.dht;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;

/// The newest record of each peer that was heard of: a directory by role and region. Beside each,
/// when the peer last answered.
///
/// When it is full, peers that never answered go first, then the one that answered longest ago. Not
/// for several threads.
public final class KnownPeers {
    private final int maximum;
    private final Map<PeerId, Entry> entries = new TreeMap<>();

    /// Nobody is known.
    ///
    /// @param maximum how many peers are kept
    public KnownPeers(int maximum) {
        this.maximum = maximum;
    }

    private static final class Entry {
        private Certified<PeerRecord> record;
        private long answeredAtMillis;

        Entry(Certified<PeerRecord> record) {
            this.record = record;
        }
    }

    /// Takes a verified record; true when it is new or newer than the one known.
    public boolean add(Certified<PeerRecord> record, long nowMillis) {
        PeerId peer = record.value().peer();
        Entry known = entries.get(peer);
        if (record.value().expiresAtMillis() <= nowMillis) {
            return false;
        }
        if (known != null) {
            boolean newer = record.value().sequence() > known.record.value().sequence();
            known.record = newer ? record : known.record;
            return newer;
        }
        entries.put(peer, new Entry(record));
        if (entries.size() > maximum) {
            expire(nowMillis);
        }
        if (entries.size() > maximum) {
            entries.entrySet().stream().filter(entry -> !entry.getKey().equals(peer))
                    .min(Comparator.comparingLong(entry -> entry.getValue().answeredAtMillis))
                    .ifPresent(entry -> entries.remove(entry.getKey()));
        }
        return true;
    }

    /// Notes that a peer answered.
    public void answered(PeerId peer, long nowMillis) {
        Entry entry = entries.get(peer);
        if (entry != null) {
            entry.answeredAtMillis = nowMillis;
        }
    }

    /// Notes that a peer no longer answers: it goes behind all others.
    public void silent(PeerId peer) {
        Entry entry = entries.get(peer);
        if (entry != null) {
            entry.answeredAtMillis = 0;
        }
    }

    /// A peer's record that is still valid.
    public Optional<Certified<PeerRecord>> find(PeerId peer, long nowMillis) {
        return Optional.ofNullable(entries.get(peer)).map(entry -> entry.record)
                .filter(record -> record.value().expiresAtMillis() > nowMillis);
    }

    /// All valid records that pass the filter, peers that answered last first.
    public List<Certified<PeerRecord>> find(Predicate<PeerRecord> filter, long nowMillis) {
        return entries.values().stream()
                .filter(entry -> entry.record.value().expiresAtMillis() > nowMillis
                        && filter.test(entry.record.value()))
                .sorted(Comparator.comparingLong((Entry entry) -> -entry.answeredAtMillis))
                .map(entry -> entry.record).toList();
    }

    /// Drops the records whose time is over.
    public void expire(long nowMillis) {
        entries.values().removeIf(entry -> entry.record.value().expiresAtMillis() <= nowMillis);
    }

    /// How many are known.
    public int size() {
        return entries.size();
    }
}
