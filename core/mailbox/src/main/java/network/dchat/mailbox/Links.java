package network.dchat.mailbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import network.dchat.identity.PeerId;

/// What is owed to each other relay, and when it is sent.
///
/// | state of a parcel | left when |
/// |---|---|
/// | waiting | the link has room and no pause: sent, in a frame with others |
/// | unanswered | answered: gone. Overdue or the link is down: all wait again after a pause |
/// | delayed | the time that the relay named is over: waiting |
final class Links {
    private static final int MAXIMUM_SHIFT = 16;

    private final MailboxLimits.LinkLimits limits;
    private final Carrier carrier;
    private final SplittableRandom random;
    private final Map<PeerId, Link> links = new HashMap<>();
    private final Set<Link> touched = new LinkedHashSet<>();
    private long delays;

    /// Who knows what the parcels are.
    interface Carrier {
        /// Whether the parcel is still to be brought to the relay.
        boolean wants(PeerId relay, Parcel parcel);

        /// Sends parcels, at most a frame of each kind.
        void send(PeerId relay, List<Parcel> parcels, Turn turn);

        /// A relay did not answer; these wait for it.
        void unreachable(PeerId relay, List<Parcel> parcels, Turn turn);
    }

    private record Delayed(long atMillis, long order,
            Parcel parcel) implements Comparable<Delayed> {
        @Override
        public int compareTo(Delayed other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /// One relay.
    private static final class Link {
        private final PeerId relay;
        private final Deque<Parcel> waiting = new ArrayDeque<>();
        private final Map<Parcel, Long> unanswered = new LinkedHashMap<>();
        private final Queue<Delayed> delayed = new PriorityQueue<>();
        /// All parcels of the three.
        private final Set<Parcel> parcels = new HashSet<>();
        private int failures;
        private long pausedUntil;
        private long timerAt = Long.MAX_VALUE;

        Link(PeerId relay) {
            this.relay = relay;
        }

        boolean isIdle() {
            return parcels.isEmpty();
        }
    }

    Links(MailboxLimits.LinkLimits limits, Carrier carrier, long seed) {
        this.limits = limits;
        this.carrier = carrier;
        this.random = new SplittableRandom(seed);
    }

    /// Owes a relay something; [#flush] sends it.
    void add(PeerId relay, Parcel parcel) {
        Link link = links.computeIfAbsent(relay, Link::new);
        if (link.parcels.add(parcel)) {
            link.waiting.add(parcel);
            touched.add(link);
        }
    }

    /// A relay answered: the parcel is done with.
    void answered(PeerId relay, Parcel parcel) {
        Link link = links.get(relay);
        if (link == null) {
            return;
        }
        if (link.failures > 0) {
            link.failures = 0;
            link.pausedUntil = 0;
        }
        if (link.unanswered.remove(parcel) != null) {
            link.parcels.remove(parcel);
        }
        touched.add(link);
    }

    /// A relay wants to be asked again later.
    void delay(PeerId relay, Parcel parcel, long delayMillis, Turn turn) {
        Link link = links.get(relay);
        if (link != null && link.unanswered.remove(parcel) != null) {
            delays++;
            link.delayed.add(new Delayed(turn.now() + delayMillis, delays, parcel));
            touched.add(link);
        }
    }

    /// A relay has too much to do: nothing is sent to it for a while.
    void pause(PeerId relay, long delayMillis, Turn turn) {
        Link link = links.get(relay);
        if (link != null) {
            link.pausedUntil = Math.max(link.pausedUntil, turn.now() + delayMillis);
        }
    }

    /// A relay can be reached: everything is sent again at once.
    void up(PeerId relay) {
        Link link = links.get(relay);
        if (link != null) {
            link.failures = 0;
            link.pausedUntil = 0;
            waitAgain(link);
            touched.add(link);
        }
    }

    /// A relay cannot be reached, or what was sent to it last is lost.
    void down(PeerId relay, Turn turn) {
        Link link = links.get(relay);
        if (link != null && !link.unanswered.isEmpty()) {
            fail(link, turn);
        }
    }

    void timerElapsed(PeerId relay, Turn turn) {
        Link link = links.get(relay);
        if (link != null) {
            link.timerAt = Long.MAX_VALUE;
            link.unanswered.keySet().removeIf(parcel -> isUnwanted(link, parcel));
            if (answerDue(link) <= turn.now()) {
                fail(link, turn);
            }
            touched.add(link);
        }
    }

    /// Sends what may be sent over the links that were touched in this turn.
    void flush(Turn turn) {
        while (!touched.isEmpty()) {
            List<Link> work = List.copyOf(touched);
            touched.clear();
            for (Link link : work) {
                flush(link, turn);
            }
        }
    }

    int relays() {
        return links.size();
    }

    /// Relays that do not answer.
    int failing() {
        int failing = 0;
        for (Link link : links.values()) {
            failing += link.failures > 0 ? 1 : 0;
        }
        return failing;
    }

    private void flush(Link link, Turn turn) {
        while (!link.delayed.isEmpty() && link.delayed.peek().atMillis() <= turn.now()) {
            link.waiting.add(link.delayed.remove().parcel());
        }
        while (link.pausedUntil <= turn.now() && !link.waiting.isEmpty()
                && link.unanswered.size() < limits.unansweredItems()) {
            List<Parcel> frame = take(link, turn.now());
            if (!frame.isEmpty()) {
                carrier.send(link.relay, frame, turn);
            }
        }
        arm(link, turn);
        if (link.isIdle()) {
            links.remove(link.relay);
        }
    }

    private List<Parcel> take(Link link, long nowMillis) {
        List<Parcel> frame = new ArrayList<>();
        while (frame.size() < limits.frameItems() && !link.waiting.isEmpty()
                && link.unanswered.size() < limits.unansweredItems()) {
            Parcel parcel = link.waiting.remove();
            if (carrier.wants(link.relay, parcel)) {
                link.unanswered.put(parcel, nowMillis);
                frame.add(parcel);
            } else {
                link.parcels.remove(parcel);
            }
        }
        return frame;
    }

    private void fail(Link link, Turn turn) {
        link.failures++;
        turn.count(Counter.LINK_FAILED);
        waitAgain(link);
        long longest = Math.min(limits.backOffMillis(),
                (limits.answerMillis() / 8 + 1) << Math.min(link.failures, MAXIMUM_SHIFT));
        link.pausedUntil = turn.now() + longest / 2 + random.nextLong(longest / 2 + 1);
        carrier.unreachable(link.relay, link.waiting.stream().limit(limits.frameItems()).toList(),
                turn);
        touched.add(link);
    }

    private boolean isUnwanted(Link link, Parcel parcel) {
        return !carrier.wants(link.relay, parcel) && link.parcels.remove(parcel);
    }

    private static void waitAgain(Link link) {
        List<Parcel> unanswered = new ArrayList<>(link.unanswered.keySet());
        link.unanswered.clear();
        for (Parcel parcel : unanswered.reversed()) {
            link.waiting.addFirst(parcel);
        }
    }

    /// When the relay's oldest answer is overdue.
    private long answerDue(Link link) {
        Iterator<Long> sent = link.unanswered.values().iterator();
        return sent.hasNext() ? sent.next() + limits.answerMillis() : Long.MAX_VALUE;
    }

    private void arm(Link link, Turn turn) {
        long at = answerDue(link);
        if (!link.waiting.isEmpty() && link.pausedUntil > turn.now()) {
            at = Math.min(at, link.pausedUntil);
        }
        if (!link.delayed.isEmpty()) {
            at = Math.min(at, link.delayed.peek().atMillis());
        }
        if (at < link.timerAt) {
            link.timerAt = at;
            turn.effect(new Effect.SetTimer(new TimerId.LinkDue(link.relay), at));
        }
    }
}
