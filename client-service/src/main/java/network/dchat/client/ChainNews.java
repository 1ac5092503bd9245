package network.dchat.client;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.ledger.PortableProofs;
import network.dchat.ledger.TrustedChain;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.chain.LightBlockSource;
import network.dchat.wire.v1.LightBlock;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MailboxEvents;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the validators by what relays tell, before the outbox hears of it: where a block's
/// validators are not known, because this user was away while they changed, the relay that told
/// is asked for the light blocks between. Its later news wait for that, in order. For many threads.
final class ChainNews {
    private static final Logger LOG = LoggerFactory.getLogger(ChainNews.class);
    /// News of one relay that may wait.
    private static final int MOST = 64;

    private final FollowedChain chain;
    private final BlockTimes times;
    private final Surroundings world;
    private final Ports ports;
    private final Map<PeerId, Deque<MailboxEvents>> waiting = new HashMap<>();

    /// Whom the news come from and go to.
    ///
    /// @param relays light blocks of a relay; what it asks may block
    /// @param outbox takes news of a relay; false when it cannot now
    /// @param drop   ends the link to a relay, which tells its news again at the next one
    record Ports(Relays relays, BiPredicate<PeerId, MailboxEvents> outbox, Drop drop) {}

    /// The relays.
    @FunctionalInterface
    interface Relays {
        /// Light blocks of one.
        ///
        /// @throws IOException when it cannot be reached
        LightBlockSource at(PeerId relay) throws IOException;
    }

    /// Ends a link.
    @FunctionalInterface
    interface Drop {
        void relay(PeerId relay, String reason);
    }

    ChainNews(FollowedChain chain, BlockTimes times, Surroundings world, Ports ports) {
        this.chain = chain;
        this.times = times;
        this.world = world;
        this.ports = ports;
    }

    /// Takes news; false when too many wait.
    boolean received(PeerId relay, MailboxEvents events) {
        synchronized (waiting) {
            Deque<MailboxEvents> before = waiting.get(relay);
            if (before != null) {
                return before.size() < MOST && before.add(events);
            }
        }
        if (blocks(events).allMatch(this::isReached)) {
            return ports.outbox().test(relay, events);
        }
        synchronized (waiting) {
            waiting.computeIfAbsent(relay, _ -> new ArrayDeque<>()).add(events);
        }
        world.executor().execute(() -> work(relay));
        return true;
    }

    private void work(PeerId relay) {
        try {
            LightBlockSource source = ports.relays().at(relay);
            for (MailboxEvents events = next(relay); events
                    .getEventsCount() > 0; events = next(relay)) {
                for (LightBlock block : blocks(events).toList()) {
                    note(chain.verify(block, source));
                }
                if (!ports.outbox().test(relay, events)) {
                    throw new IOException("the outbox has too much to do");
                }
            }
        } catch (IOException failed) {
            synchronized (waiting) {
                waiting.remove(relay);
            }
            ports.drop().relay(relay, "trust: " + failed.getMessage());
        }
    }

    /// What waits next; without events when nothing does, and news go to the outbox at once again.
    private MailboxEvents next(PeerId relay) {
        synchronized (waiting) {
            MailboxEvents events = waiting.getOrDefault(relay, new ArrayDeque<>()).poll();
            if (events == null) {
                waiting.remove(relay);
                return MailboxEvents.getDefaultInstance();
            }
            return events;
        }
    }

    private boolean isReached(LightBlock block) {
        if (times.at(block.getSignedHeader().getHeader().getHeight()).isPresent()) {
            return true;
        }
        Verified<TrustedChain.TrustedHeader> verified = chain.verify(block);
        boolean isShort = verified.refusal().map(Rejection::code)
                .filter(RejectionCode.NOT_FOUND::equals).isPresent();
        if (!isShort) {
            note(verified);
        }
        return !isShort;
    }

    /// What is refused here is refused by the outbox too, which blames the relay.
    private void note(Verified<TrustedChain.TrustedHeader> verified) {
        switch (verified) {
            case Verified.Accepted<TrustedChain.TrustedHeader>(var header) -> times.note(header);
            case Verified.Rejected<TrustedChain.TrustedHeader>(Rejection refused) -> {
                LOG.info("event=block-refused code={} reason=\"{}\"", refused.name(),
                        refused.reason());
                world.meters().counter("dchat.client.blocks.refused", "code", refused.name())
                        .increment();
            }
        }
    }

    private static Stream<LightBlock> blocks(MailboxEvents events) {
        List<MailboxEvent> all = events.getEventsList();
        return Stream
                .concat(all.stream().filter(MailboxEvent::hasFinality)
                        .map(event -> event.getFinality().getLightBlock()),
                        all.stream().filter(MailboxEvent::hasDelivery)
                                .map(event -> event.getDelivery().getProof().getLightBlock()))
                .map(PortableProofs::signedParts);
    }
}
