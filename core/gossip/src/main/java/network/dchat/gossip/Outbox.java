package network.dchat.gossip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;

/// What one input makes us send, gathered into frames within their limits.
final class Outbox {
    private final Map<PeerId, Parcel> parcels = new LinkedHashMap<>();

    void rumor(PeerId to, Arrival arrival) {
        parcel(to).arrivals.add(arrival);
    }

    void have(PeerId to, Hash id) {
        parcel(to).have.add(id);
    }

    void want(PeerId to, Hash id) {
        parcel(to).want.add(id);
    }

    void refused(PeerId to, Refusal refusal) {
        parcel(to).refused.add(refusal);
    }

    /// All frames, in the order in which their receivers were first named.
    void drainTo(List<Effect> effects) {
        parcels.forEach((to, parcel) -> {
            while (!parcel.isEmpty()) {
                effects.add(new Effect.Send(to, parcel.next()));
            }
        });
        parcels.clear();
    }

    private Parcel parcel(PeerId to) {
        return parcels.computeIfAbsent(to, _ -> new Parcel());
    }

    private static final class Parcel {
        private final List<Arrival> arrivals = new ArrayList<>();
        private final List<Hash> have = new ArrayList<>();
        private final List<Hash> want = new ArrayList<>();
        private final List<Refusal> refused = new ArrayList<>();

        boolean isEmpty() {
            return arrivals.isEmpty() && have.isEmpty() && want.isEmpty() && refused.isEmpty();
        }

        Frame next() {
            return new Frame(take(arrivals, fitting()),
                    take(have, Math.min(have.size(), GossipLimits.MAXIMUM_FRAME_HAVE)),
                    take(want, Math.min(want.size(), GossipLimits.MAXIMUM_FRAME_WANT)),
                    take(refused, Math.min(refused.size(), GossipLimits.MAXIMUM_FRAME_WANT)));
        }

        private int fitting() {
            int count = 0;
            long bytes = 0;
            while (count < arrivals.size() && count < GossipLimits.MAXIMUM_FRAME_RUMORS) {
                bytes += arrivals.get(count).rumor().signed().getSerializedSize();
                if (count > 0 && bytes > GossipLimits.MAXIMUM_FRAME_BYTES) {
                    return count;
                }
                count++;
            }
            return count;
        }

        private static <T> List<T> take(List<T> items, int count) {
            List<T> head = items.subList(0, count);
            List<T> taken = List.copyOf(head);
            head.clear();
            return taken;
        }
    }
}
