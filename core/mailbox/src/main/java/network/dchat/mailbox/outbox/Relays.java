package network.dchat.mailbox.outbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.PeerId;
import network.dchat.ledger.MessageId;

/// The relays that the user is attached to or wants to be.
///
/// | state | left when |
/// |---|---|
/// | wanted | attached; or detached again: tried again after a pause that grows |
/// | attached | the connection ends |
/// | left by the user | drained for a time, then left for good |
final class Relays {
    private static final long FIRST_PAUSE_MILLIS = 250;

    private final OutboxLimits limits;
    private final Map<PeerId, Relay> relays = new LinkedHashMap<>();
    private List<PeerId> chosen = List.of();

    /// One relay.
    static final class Relay {
        final PeerId id;
        /// Submissions that it has not answered.
        final Set<MessageId> unanswered = new LinkedHashSet<>();
        boolean attached;
        /// It has been slow or refused something; others are preferred until then.
        long suspectUntil;
        private long leftAt = Long.MAX_VALUE;
        private int failures;

        Relay(PeerId id) {
            this.id = id;
        }
    }

    Relays(OutboxLimits limits) {
        this.limits = limits;
    }

    Optional<Relay> find(PeerId id) {
        return Optional.ofNullable(relays.get(id));
    }

    boolean isAttached(PeerId id) {
        Relay relay = relays.get(id);
        return relay != null && relay.attached;
    }

    void choose(List<PeerId> wanted, Turn turn) {
        chosen = List.copyOf(new LinkedHashSet<>(wanted));
        for (Relay relay : relays.values()) {
            if (chosen.contains(relay.id)) {
                relay.leftAt = Long.MAX_VALUE;
            } else if (relay.leftAt == Long.MAX_VALUE) {
                relay.leftAt = turn.now();
            }
        }
        for (PeerId id : chosen) {
            if (!relays.containsKey(id)) {
                relays.put(id, new Relay(id));
                turn.effect(new Effect.Attach(id));
            }
        }
    }

    /// False when the relay is none of the user's.
    boolean attached(PeerId id) {
        Relay relay = relays.get(id);
        if (relay == null) {
            return false;
        }
        relay.attached = true;
        relay.failures = 0;
        relay.suspectUntil = 0;
        relay.unanswered.clear();
        return true;
    }

    /// What the relay has not answered is to be submitted elsewhere.
    Set<MessageId> detached(PeerId id, Turn turn) {
        Relay relay = relays.get(id);
        if (relay == null) {
            return Set.of();
        }
        relay.attached = false;
        long pause = Math.min(limits.longestPauseMillis(),
                FIRST_PAUSE_MILLIS << Math.min(relay.failures, 16));
        relay.failures++;
        turn.effect(new Effect.SetTimer(new TimerId.AttachDue(id), turn.now() + pause));
        Set<MessageId> lost = new LinkedHashSet<>(relay.unanswered);
        relay.unanswered.clear();
        return lost;
    }

    void attachAgain(PeerId id, Turn turn) {
        Relay relay = relays.get(id);
        if (relay != null && !relay.attached) {
            turn.effect(new Effect.Attach(id));
        }
    }

    /// The relay for a submission: attached, with room, not the one to avoid if there is another.
    Optional<Relay> best(Optional<PeerId> avoided, long nowMillis) {
        Relay best = null;
        int bestMalus = Integer.MAX_VALUE;
        for (PeerId id : chosen) {
            Relay relay = relays.get(id);
            if (relay == null || !relay.attached
                    || relay.unanswered.size() >= limits.unanswered()) {
                continue;
            }
            int malus = (relay.suspectUntil > nowMillis ? 2 : 0)
                    + (avoided.filter(id::equals).isPresent() ? 1 : 0);
            if (malus < bestMalus) {
                best = relay;
                bestMalus = malus;
            }
        }
        return Optional.ofNullable(best);
    }

    /// All attached relays, best first, drained ones last.
    List<PeerId> attached() {
        List<PeerId> attached = new ArrayList<>();
        for (PeerId id : chosen) {
            if (isAttached(id)) {
                attached.add(id);
            }
        }
        for (Relay relay : relays.values()) {
            if (relay.attached && !attached.contains(relay.id)) {
                attached.add(relay.id);
            }
        }
        return attached;
    }

    /// Leaves relays that were drained for long enough, and says which.
    List<PeerId> leaveDrained(Turn turn) {
        List<PeerId> left = new ArrayList<>();
        for (Relay relay : relays.values()) {
            if (relay.leftAt != Long.MAX_VALUE
                    && turn.now() - relay.leftAt >= limits.drainMillis()) {
                left.add(relay.id);
                turn.effect(new Effect.Leave(relay.id));
            }
        }
        left.forEach(relays::remove);
        return left;
    }
}
