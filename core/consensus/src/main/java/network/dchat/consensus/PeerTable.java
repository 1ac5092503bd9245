package network.dchat.consensus;

import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.HaveState;
import org.jspecify.annotations.Nullable;

/// What each peer last told of itself.
final class PeerTable {
    /// One peer.
    static final class Peer {
        private final PeerId id;
        private @Nullable HaveState have;
        private boolean answered = true;

        Peer(PeerId id) {
            this.id = id;
        }

        PeerId id() {
            return id;
        }

        Optional<HaveState> have() {
            return Optional.ofNullable(have);
        }

        /// The announcement that was not yet answered; answered from now on.
        Optional<HaveState> takeUnanswered() {
            Optional<HaveState> unanswered = answered ? Optional.empty() : have();
            answered = true;
            return unanswered;
        }

        /// The height that it works on; 0 when it never said.
        long height() {
            return have == null ? 0 : have.getHeight();
        }

        /// True when it has decided this height and says that it still has the block.
        boolean holds(long height) {
            return have != null && have.getHeight() > height && have.getBaseHeight() <= height;
        }
    }

    private final int maximum;
    private final NavigableMap<PeerId, Peer> peers = new TreeMap<>();

    PeerTable(int maximum) {
        this.maximum = maximum;
    }

    /// Takes an announcement; false when there is no room for another peer.
    boolean announced(PeerId id, HaveState have) {
        if (!peers.containsKey(id) && peers.size() >= maximum) {
            return false;
        }
        Peer peer = peers.computeIfAbsent(id, Peer::new);
        peer.have = have;
        peer.answered = false;
        return true;
    }

    void forget(PeerId id) {
        peers.remove(id);
    }

    Optional<Peer> find(PeerId id) {
        return Optional.ofNullable(peers.get(id));
    }

    /// All peers, by id.
    List<Peer> all() {
        return List.copyOf(peers.values());
    }

    /// Who says that the block of this height can be had there, by id.
    List<Peer> holders(long height) {
        return peers.values().stream().filter(peer -> peer.holds(height)).toList();
    }

    /// The height that an honest peer says it works on, or a later one, if at most so many lie; 0
    /// while no more than these have said anything.
    long credibleHeight(int liars) {
        return peers.values().stream().map(Peer::height).sorted(Comparator.reverseOrder())
                .skip(liars).findFirst().orElse(0L);
    }
}
