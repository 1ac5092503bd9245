package network.dchat.dht;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import network.dchat.identity.Certified;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerRecord;

/// How the network is entered: by the entries that the node was given and by the peers that it
/// remembers. Both are asked while fewer peers are known than wanted; an entry that has never
/// answered is asked for ever, so that two halves of a network that started apart find each other.
final class Entrance {
    private final DhtLimits limits;
    private final RoutingTable table;
    private final Calls calls;
    private final Set<Multiaddr> answered = new HashSet<>();
    private List<Multiaddr> entries = List.of();
    private List<Certified<PeerRecord>> remembered = List.of();
    private int attempts;
    private int nextEntry;
    private int nextRemembered;

    Entrance(DhtLimits limits, RoutingTable table, Calls calls) {
        this.limits = limits;
        this.table = table;
        this.calls = calls;
    }

    void set(List<Multiaddr> addresses, List<Certified<PeerRecord>> peers) {
        if (addresses.size() > DhtLimits.MAXIMUM_ENTRIES) {
            throw new IllegalArgumentException("entries: " + addresses.size() + " (expected: up to "
                    + DhtLimits.MAXIMUM_ENTRIES + ")");
        }
        entries = addresses;
        answered.clear();
        remember(peers);
        begin();
    }

    void remember(List<Certified<PeerRecord>> peers) {
        remembered = peers.subList(0, Math.min(peers.size(), DhtLimits.MAXIMUM_REMEMBERED));
    }

    /// Starts with short pauses again.
    void begin() {
        attempts = 0;
    }

    void answered(Multiaddr entry) {
        answered.add(entry);
    }

    /// Asks up to `most` entries and as many remembered peers, in turn.
    void ask(int most, long nowMillis) {
        boolean few = table.size() < limits.wantedPeers();
        List<Multiaddr> due = new ArrayList<>();
        for (int index = 0; index < entries.size(); index++) {
            Multiaddr entry = entries.get((nextEntry + index) % entries.size());
            if ((few || !answered.contains(entry)) && due.size() < most) {
                due.add(entry);
            }
        }
        nextEntry += due.size();
        due.stream().filter(entry -> !calls.isEntering(entry)).forEach(calls::enter);
        for (int index = 0; few && index < Math.min(most, remembered.size()); index++) {
            Certified<PeerRecord> peer = remembered.get(nextRemembered++ % remembered.size());
            boolean useful = peer.value().expiresAtMillis() > nowMillis
                    && table.find(peer.value().peer()).isEmpty()
                    && !calls.isChecking(peer.value().peer());
            if (useful) {
                calls.check(peer);
            }
        }
    }

    /// How long until the next attempt: growing while nobody is known, the longest pause otherwise.
    long nextWaitMillis(long first, long longest) {
        if (table.size() > 0) {
            return longest;
        }
        long wait = Math.min(longest, first << Math.min(attempts, 30));
        attempts++;
        return wait;
    }
}
