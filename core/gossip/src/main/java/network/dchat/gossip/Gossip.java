package network.dchat.gossip;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.RejectionCode;

/// Flooding: a rumor heard for the first time is told to the node and pushed to `fanout` links; the
/// other links are told its id a moment later and ask for it if it does not come.
///
/// A rumor is taken when it has hops left, was not seen, lies in the time window, has an unused
/// sequence number, and neither its origin, the link it came over, nor all rumors together are over
/// their rate. It is never pushed to the link it came from, to its origin, or to a link known to
/// hold it.
///
/// Owned by one thread. What is counted is in [#tally].
public final class Gossip {
    private static final long ANNOUNCE_DELAY_MILLIS = 50;

    private final PeerId self;
    private final GossipLimits limits;
    private final Links links;
    private final SeenIds seen;
    private final Origins origins;
    private final RecentRumors recent;
    private final Wishes wishes;
    private final TokenBucket inAll;
    private final Outbox outbox = new Outbox();
    private List<Effect> effects = new ArrayList<>();
    private boolean announceTimerSet;
    private boolean askTimerSet;
    private long accepted;
    private long duplicates;
    private long refused;
    private long pushed;
    private long asked;
    private long dropped;

    /// A node that has heard nothing yet.
    ///
    /// @param seed chooses links and hides the filter's functions
    public Gossip(PeerId self, GossipLimits limits, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        this.self = self;
        this.limits = limits;
        GossipLimits.Rates rates = limits.rates();
        GossipLimits.Memory memory = limits.memory();
        this.links = new Links(limits.maximumLinks(), rates.perLink(), random.split());
        this.seen = new SeenIds(memory.seenIds(), limits.windowMillis(), random.nextLong());
        this.origins = new Origins(memory.origins(), rates.perOrigin());
        this.recent = new RecentRumors(memory.rumors(), memory.rumorBytes());
        this.wishes = new Wishes(memory.wanted());
        this.inAll = new TokenBucket(rates.inAll(), 0);
    }

    /// Takes one input and says what is to be done, in order.
    public List<Effect> apply(Input input) {
        effects = new ArrayList<>();
        switch (input) {
            case Input.LinkOpened opened -> open(opened);
            case Input.LinkClosed(PeerId peer, _) -> close(peer);
            case Input.LinkRated(PeerId peer, Standing standing, _) -> links.rate(peer, standing);
            case Input.FrameReceived(PeerId from, Frame frame, long now) ->
                receive(from, frame, now);
            case Input.Publish(long publishId, Rumor rumor, long now) ->
                publish(publishId, rumor, now);
            case Input.TimerElapsed(Timer timer, long now) -> {
                switch (timer) {
                    case ANNOUNCE -> announce();
                    case ASK -> ask(now);
                }
            }
        }
        outbox.drainTo(effects);
        return effects;
    }

    /// Counts since the core was made.
    public Tally tally() {
        return new Tally(accepted, duplicates, refused, pushed, asked, dropped);
    }

    /// How many links are open.
    public int linkCount() {
        return links.size();
    }

    private void open(Input.LinkOpened opened) {
        PeerId peer = opened.peer();
        if (peer.equals(self)
                || !links.open(peer, opened.scope(), opened.standing(), opened.nowMillis())) {
            effects.add(new Effect.LinkRefused(peer));
            return;
        }
        recent.forgetHolder(peer);
        for (Rumor rumor : recent.rumors()) {
            if (rumor.scope().mayBeToldTo(opened.scope()) && !rumor.origin().equals(peer)) {
                outbox.have(peer, rumor.id());
            }
        }
    }

    private void close(PeerId peer) {
        links.close(peer);
        recent.forgetHolder(peer);
        wishes.forgetTeller(peer);
    }

    private void receive(PeerId from, Frame frame, long nowMillis) {
        Optional<Links.Link> link = links.find(from);
        if (link.isEmpty()) {
            return;
        }
        for (Arrival arrival : frame.arrivals()) {
            take(link.get(), arrival, nowMillis);
        }
        for (Hash id : frame.have()) {
            learnHolder(from, id, nowMillis);
        }
        for (Hash id : frame.want()) {
            serve(link.get(), id);
        }
    }

    private void take(Links.Link link, Arrival arrival, long nowMillis) {
        PeerId from = link.peer();
        Rumor rumor = arrival.rumor();
        if (arrival.ttl() < 1 || arrival.ttl() > limits.maximumTtl()) {
            misbehaved(from, rumor, new Rejection(RejectionCode.MALFORMED,
                    "ttl: " + arrival.ttl() + " (expected: 1 to " + limits.maximumTtl() + ")"));
            return;
        }
        wishes.remove(rumor.id());
        if (rumor.origin().equals(self) || seen.contains(rumor.id())) {
            duplicates++;
            recent.markHolder(rumor.id(), from);
            return;
        }
        Optional<Refusal> refusal = refusal(rumor, nowMillis)
                .or(() -> overRate(rumor, link.bucket().waitMillis(nowMillis), nowMillis));
        if (refusal.isPresent()) {
            refuse(from, refusal.get());
            return;
        }
        link.bucket().take();
        accept(arrival, nowMillis);
        recent.markHolder(rumor.id(), from);
        effects.add(new Effect.Deliver(rumor, from));
        spread(new Arrival(rumor, arrival.ttl() - 1), from);
    }

    private void publish(long publishId, Rumor rumor, long nowMillis) {
        if (!rumor.origin().equals(self)) {
            throw new IllegalArgumentException(
                    "origin: " + rumor.origin() + " (expected: " + self + ")");
        }
        Optional<Refusal> refusal = seen.contains(rumor.id())
                ? Optional.of(refusal(rumor, RejectionCode.REPLAYED, "published before"))
                : refusal(rumor, nowMillis).or(() -> overRate(rumor, 0, nowMillis));
        if (refusal.isPresent()) {
            refused++;
            effects.add(new Effect.PublishRefused(publishId, refusal.get()));
            return;
        }
        Arrival arrival = new Arrival(rumor, limits.maximumTtl());
        accept(new Arrival(rumor, limits.maximumTtl() + 1), nowMillis);
        int reached = spread(arrival, self);
        effects.add(new Effect.Published(publishId, reached));
    }

    private Optional<Refusal> refusal(Rumor rumor, long nowMillis) {
        if (rumor.sentAtMillis() < nowMillis - limits.windowMillis()) {
            return Optional
                    .of(refusal(rumor, RejectionCode.EXPIRED, "sent_at: " + rumor.sentAtMillis()
                            + " (expected: within " + limits.windowMillis() + " ms)"));
        }
        if (rumor.sentAtMillis() > nowMillis + limits.futureMillis()) {
            return Optional.of(
                    refusal(rumor, RejectionCode.FUTURE_DATED, "sent_at: " + rumor.sentAtMillis()
                            + " (expected: by " + (nowMillis + limits.futureMillis()) + ")"));
        }
        if (!origins.isFresh(rumor.origin(), rumor.sequence())) {
            return Optional.of(refusal(rumor, RejectionCode.REPLAYED,
                    "sequence: " + rumor.sequence() + " (expected: an unused one)"));
        }
        return Optional.empty();
    }

    private Optional<Refusal> overRate(Rumor rumor, long linkWaitMillis, long nowMillis) {
        long originWait = origins.waitMillis(rumor.origin(), nowMillis);
        long wait = Math.max(Math.max(linkWaitMillis, originWait), inAll.waitMillis(nowMillis));
        if (wait == 0) {
            return Optional.empty();
        }
        String what = originWait > 0 ? "this origin" : linkWaitMillis > 0 ? "this link" : "all";
        return Optional.of(new Refusal(rumor.id(),
                new Rejection(RejectionCode.RATE_LIMITED, "gossip: rate of " + what), wait));
    }

    private void accept(Arrival arrival, long nowMillis) {
        Rumor rumor = arrival.rumor();
        accepted++;
        inAll.take();
        origins.use(rumor.origin(), rumor.sequence(), nowMillis);
        seen.add(rumor.id(), nowMillis);
        if (arrival.ttl() > 1) {
            recent.add(new Arrival(rumor, arrival.ttl() - 1));
            recent.markHolder(rumor.id(), rumor.origin());
        }
    }

    private int spread(Arrival arrival, PeerId from) {
        Rumor rumor = arrival.rumor();
        if (arrival.ttl() < 1) {
            return 0;
        }
        List<Links.Link> chosen = links.choose(limits.fanout(),
                link -> lacks(rumor, link) && !link.peer().equals(from));
        for (Links.Link link : chosen) {
            push(link.peer(), arrival);
        }
        boolean announced = false;
        for (Links.Link link : links.all()) {
            if (lacks(rumor, link) && !link.peer().equals(from)) {
                link.announceLater(rumor.id());
                announced = true;
            }
        }
        if (announced && !announceTimerSet) {
            announceTimerSet = true;
            effects.add(new Effect.SetTimer(Timer.ANNOUNCE, ANNOUNCE_DELAY_MILLIS));
        }
        return chosen.size();
    }

    private boolean lacks(Rumor rumor, Links.Link link) {
        return link.mayHear(rumor) && !rumor.origin().equals(link.peer())
                && !recent.isHolder(rumor.id(), link.peer());
    }

    private void push(PeerId to, Arrival arrival) {
        pushed++;
        outbox.rumor(to, arrival);
        recent.markHolder(arrival.rumor().id(), to);
    }

    private void announce() {
        announceTimerSet = false;
        for (Links.Link link : links.all()) {
            for (Hash id : link.takeUnannounced()) {
                if (!recent.isHolder(id, link.peer())) {
                    outbox.have(link.peer(), id);
                }
            }
        }
    }

    private void learnHolder(PeerId from, Hash id, long nowMillis) {
        if (seen.contains(id)) {
            recent.markHolder(id, from);
        } else if (!wishes.add(id, from, nowMillis)) {
            dropped++;
        } else if (!askTimerSet) {
            askTimerSet = true;
            effects.add(new Effect.SetTimer(Timer.ASK, Wishes.PATIENCE_MILLIS));
        }
    }

    private void ask(long nowMillis) {
        askTimerSet = false;
        for (Wishes.Question question : wishes.due(nowMillis)) {
            asked++;
            outbox.want(question.teller(), question.id());
        }
        if (!wishes.isEmpty()) {
            askTimerSet = true;
            effects.add(new Effect.SetTimer(Timer.ASK, Wishes.PATIENCE_MILLIS));
        }
    }

    private void serve(Links.Link asker, Hash id) {
        recent.find(id).filter(arrival -> lacks(arrival.rumor(), asker))
                .ifPresent(arrival -> push(asker.peer(), arrival));
    }

    private void refuse(PeerId from, Refusal refusal) {
        refused++;
        effects.add(new Effect.Refused(from, refusal));
        outbox.refused(from, refusal);
    }

    private void misbehaved(PeerId from, Rumor rumor, Rejection rejection) {
        refuse(from, new Refusal(rumor.id(), rejection, 0));
        effects.add(new Effect.Misbehaved(from, rejection));
    }

    private static Refusal refusal(Rumor rumor, RejectionCode code, String reason) {
        return new Refusal(rumor.id(), new Rejection(code, reason), 0);
    }
}
