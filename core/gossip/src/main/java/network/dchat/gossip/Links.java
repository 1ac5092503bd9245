package network.dchat.gossip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;

/// The open links, and whom of them a rumor is pushed to.
final class Links {
    private final int maximum;
    private final int rate;
    private final SplittableRandom random;
    private final Map<PeerId, Link> links = new TreeMap<>();

    Links(int maximum, int rate, SplittableRandom random) {
        this.maximum = maximum;
        this.rate = rate;
        this.random = random;
    }

    /// One open link.
    static final class Link {
        private final PeerId peer;
        private final AddressScope scope;
        private final TokenBucket bucket;
        private final List<Hash> unannounced = new ArrayList<>();
        private Standing standing;

        Link(PeerId peer, AddressScope scope, Standing standing, TokenBucket bucket) {
            this.peer = peer;
            this.scope = scope;
            this.standing = standing;
            this.bucket = bucket;
        }

        PeerId peer() {
            return peer;
        }

        /// True when this neighbour may hear the rumor.
        boolean mayHear(Rumor rumor) {
            return rumor.scope().mayBeToldTo(scope);
        }

        TokenBucket bucket() {
            return bucket;
        }

        /// Ids that this neighbour is still to be told of; the oldest is dropped over the limit.
        void announceLater(Hash id) {
            if (unannounced.size() >= GossipLimits.MAXIMUM_FRAME_HAVE) {
                unannounced.removeFirst();
            }
            unannounced.add(id);
        }

        List<Hash> takeUnannounced() {
            List<Hash> taken = List.copyOf(unannounced);
            unannounced.clear();
            return taken;
        }
    }

    boolean open(PeerId peer, AddressScope scope, Standing standing, long nowMillis) {
        Link link = links.get(peer);
        if (link == null && links.size() >= maximum) {
            return false;
        }
        links.put(peer, new Link(peer, scope, standing,
                link == null ? new TokenBucket(rate, nowMillis) : link.bucket));
        return true;
    }

    void close(PeerId peer) {
        links.remove(peer);
    }

    void rate(PeerId peer, Standing standing) {
        find(peer).ifPresent(link -> link.standing = standing);
    }

    Optional<Link> find(PeerId peer) {
        return Optional.ofNullable(links.get(peer));
    }

    List<Link> all() {
        return List.copyOf(links.values());
    }

    int size() {
        return links.size();
    }

    /// Up to `count` of the links that pass the filter: one third drawn evenly, so that the flood
    /// spreads, then the best link of each region not yet chosen, then the best of the rest.
    List<Link> choose(int count, Predicate<Link> filter) {
        List<Link> left = new ArrayList<>();
        for (Link link : links.values()) {
            if (filter.test(link)) {
                left.add(link);
            }
        }
        if (left.size() <= count) {
            return left;
        }
        List<Link> chosen = new ArrayList<>();
        Set<String> regions = new HashSet<>();
        while (chosen.size() < (count + 2) / 3) {
            pick(left, random.nextInt(left.size()), chosen, regions);
        }
        left.sort(Comparator.comparingDouble((Link link) -> -link.standing.weight()));
        for (int index = 0; index < left.size() && chosen.size() < count;) {
            if (regions.contains(left.get(index).standing.region())) {
                index++;
            } else {
                pick(left, index, chosen, regions);
            }
        }
        while (chosen.size() < count) {
            pick(left, 0, chosen, regions);
        }
        return chosen;
    }

    private static void pick(List<Link> left, int index, List<Link> chosen, Set<String> regions) {
        Link link = left.remove(index);
        chosen.add(link);
        regions.add(link.standing.region());
    }
}
