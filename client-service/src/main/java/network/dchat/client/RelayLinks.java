package network.dchat.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.peers.Tie;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.Attached;
import network.dchat.wire.v1.MailboxGrpc;
import network.dchat.wire.v1.RelayFrame;
import network.dchat.wire.v1.SignedBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The attachments of this user. The outbox decides when to attach; this carries it out.
final class RelayLinks {
    private static final Logger LOG = LoggerFactory.getLogger(RelayLinks.class);
    private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(8);

    private final Self self;
    private final PeerChannels channels;
    private final Surroundings world;
    private final Supplier<Optional<SignedBytes>> userRecord;
    private final RelayEvents events;
    private final Map<PeerId, RelayLink> links = new ConcurrentHashMap<>();
    private volatile boolean open = true;

    RelayLinks(Self self, PeerChannels channels, Surroundings world,
            Supplier<Optional<SignedBytes>> userRecord, RelayEvents events) {
        this.self = self;
        this.channels = channels;
        this.world = world;
        this.userRecord = userRecord;
        this.events = events;
    }

    /// Opens the mailbox at a relay, in the background.
    void attach(PeerId relay) {
        RelayLink link = new RelayLink(self, relay, userRecord, new Outcome());
        RelayLink before = links.put(relay, link);
        if (before != null) {
            before.end("replaced");
        }
        world.executor().execute(() -> connect(relay, link));
        world.timers().after(ATTACH_TIMEOUT, () -> {
            if (!link.isAttached()) {
                link.end("no answer within " + ATTACH_TIMEOUT);
            }
        });
    }

    /// Leaves a relay for good.
    void leave(PeerId relay) {
        RelayLink link = links.remove(relay);
        if (link != null) {
            link.end("left");
        }
        channels.release(relay, Tie.RELAY);
    }

    /// Ends the link to a relay, which the outbox may open again.
    void drop(PeerId relay, String reason) {
        RelayLink link = links.get(relay);
        if (link != null) {
            link.end(reason);
        }
    }

    /// Sends a frame to a relay; one that is gone says so by the end of its link.
    void send(PeerId relay, AttachFrame frame) {
        RelayLink link = links.get(relay);
        if (link != null) {
            link.send(frame);
        }
    }

    /// Sends a frame to all relays that are attached.
    void sendAll(AttachFrame frame) {
        links.values().stream().filter(RelayLink::isAttached).forEach(link -> link.send(frame));
    }

    /// The relays that are attached now.
    List<PeerId> attached() {
        return links.entrySet().stream().filter(entry -> entry.getValue().isAttached())
                .map(Map.Entry::getKey).sorted().toList();
    }

    /// Ends all links.
    void close() {
        open = false;
        links.values().forEach(link -> link.end("this node stops"));
    }

    private void connect(PeerId relay, RelayLink link) {
        if (!open) {
            link.end("this node stops");
            return;
        }
        try {
            channels.hold(relay, Tie.RELAY);
            MailboxGrpc.newStub(channels.channelTo(relay).channel()).attach(link);
        } catch (IOException | RuntimeException e) {
            link.end("not reached: " + e.getMessage());
        }
    }

    /// Logs what happens and passes it on.
    private final class Outcome implements RelayEvents {
        @Override
        public void attached(PeerId relay, Attached attached) {
            LOG.info("event=attached relay={} waiting={}", relay.shortName(),
                    attached.getWaiting());
            events.attached(relay, attached);
        }

        @Override
        public void detached(PeerId relay, String reason) {
            LOG.info("event=detached relay={} reason={}", relay.shortName(), reason);
            events.detached(relay, reason);
        }

        @Override
        public boolean received(PeerId relay, RelayFrame frame) {
            return events.received(relay, frame);
        }
    }
}
