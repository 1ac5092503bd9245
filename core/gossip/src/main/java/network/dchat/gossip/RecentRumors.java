package network.dchat.gossip;

import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;

/// The last rumors with their bodies, for neighbours that ask, and who is known to have which.
final class RecentRumors {
    private final int maximum;
    private final long maximumBytes;
    private final Map<Hash, Entry> entries = new LinkedHashMap<>();
    private long bytes;

    RecentRumors(int maximum, long maximumBytes) {
        this.maximum = maximum;
        this.maximumBytes = maximumBytes;
    }

    void add(Arrival arrival) {
        entries.put(arrival.rumor().id(), new Entry(arrival));
        bytes += size(arrival);
        Iterator<Entry> oldest = entries.values().iterator();
        while (entries.size() > maximum || bytes > maximumBytes) {
            bytes -= size(oldest.next().arrival);
            oldest.remove();
        }
    }

    /// The rumor as it may be passed on.
    Optional<Arrival> find(Hash id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> entry.arrival);
    }

    /// All that are kept, oldest first.
    List<Rumor> rumors() {
        return entries.values().stream().map(entry -> entry.arrival.rumor()).toList();
    }

    void markHolder(Hash id, PeerId holder) {
        Entry entry = entries.get(id);
        if (entry != null) {
            entry.holders.add(holder);
        }
    }

    boolean isHolder(Hash id, PeerId peer) {
        Entry entry = entries.get(id);
        return entry != null && entry.holders.contains(peer);
    }

    void forgetHolder(PeerId peer) {
        entries.values().forEach(entry -> entry.holders.remove(peer));
    }

    int size() {
        return entries.size();
    }

    private static long size(Arrival arrival) {
        return arrival.rumor().signed().getSerializedSize();
    }

    /// Holders are links, so there are never more of them than links.
    private static final class Entry {
        private final Arrival arrival;
        private final Set<PeerId> holders = new HashSet<>();

        Entry(Arrival arrival) {
            this.arrival = arrival;
        }
    }
}
