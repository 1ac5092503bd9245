package network.dchat.gateway.relay;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import network.dchat.gateway.GatewayProperties;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.peer.PeerGuard;
import network.dchat.identity.PeerId;
import network.dchat.identity.PublicKey;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.MailboxEvent;
import network.dchat.wire.v1.MailboxGrpc;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.RelayFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The mailboxes that are open on behalf of senders, one a device: through it messages are handed
/// in and news of them comes back. Given up after some time without news. Safe for many threads;
/// opening blocks.
public final class Attachments implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

    private final NodeIdentity node;
    private final PeerChannels channels;
    private final Relays relays;
    private final PeerGuard guard;
    private final GatewayProperties properties;
    private final InstantSource clock;
    private final ExecutorService executor;
    private final Map<PublicKey, Held> held = new ConcurrentHashMap<>();
    private final Map<PublicKey, CompletableFuture<Attachment>> opening = new ConcurrentHashMap<>();
    private volatile AttachmentEvents events = new Nobody();

    /// None is open at first.
    public Attachments(NodeIdentity node, PeerChannels channels, Relays relays, PeerGuard guard,
            GatewayProperties properties, InstantSource clock, ExecutorService executor) {
        this.node = node;
        this.channels = channels;
        this.relays = relays;
        this.guard = guard;
        this.properties = properties;
        this.clock = clock;
        this.executor = executor;
    }

    /// Names who hears the news, before the first mailbox is opened.
    public void listen(AttachmentEvents listener) {
        events = listener;
    }

    /// The device's open mailbox, opened where it is not: at a home relay, else at any relay.
    /// Whoever asks while it is being opened waits for the same one.
    ///
    /// @throws RefusedException when no relay opens it
    public Attachment open(MailboxGrants.Held grant) {
        Optional<Attachment> known = find(grant);
        if (known.isPresent()) {
            return known.get();
        }
        CompletableFuture<Attachment> mine = new CompletableFuture<>();
        CompletableFuture<Attachment> other = opening.putIfAbsent(grant.device(), mine);
        if (other != null) {
            return await(other);
        }
        try {
            Attachment attachment = find(grant).orElseGet(() -> openNow(grant));
            mine.complete(attachment);
            return attachment;
        } catch (RuntimeException refused) {
            mine.completeExceptionally(refused);
            throw refused;
        } finally {
            opening.remove(grant.device(), mine);
        }
    }

    private static Attachment await(CompletableFuture<Attachment> other) {
        try {
            return other.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RefusedException refused
                    ? new RefusedException(refused.rejection())
                    : failed;
        }
    }

    private Attachment openNow(MailboxGrants.Held grant) {
        if (held.size() >= properties.attachments()) {
            throw new RefusedException(RejectionCode.OVERLOADED,
                    "attachments: " + properties.attachments() + " mailboxes are open");
        }
        List<String> reasons = new ArrayList<>();
        for (PeerId relay : relays.candidates(grant.owner())) {
            try {
                Attachment attachment = attach(relay, grant, this::received);
                keep(attachment);
                return attachment;
            } catch (RefusedException refused) {
                reasons.add(relay.shortName() + " " + refused.getMessage());
            }
        }
        throw new RefusedException(RejectionCode.UNAVAILABLE,
                reasons.isEmpty() ? "relays: none is known" : "relays: " + reasons);
    }

    /// Opens a mailbox at one relay, apart from the kept ones.
    ///
    /// @throws RefusedException when the relay refuses or does not answer
    public Attachment attach(PeerId relay, MailboxGrants.Held grant,
            BiConsumer<Attachment, RelayFrame> frames) {
        Attachment attachment = new Attachment(node, relay, grant, frames);
        try {
            guard.call(PeerGuard.Operation.ATTACH, relay, () -> {
                connect(relay, attachment);
                return attachment.ready().get();
            });
            return attachment;
        } catch (RefusedException refused) {
            attachment.close();
            throw refused;
        }
    }

    /// The device's open mailbox.
    public Optional<Attachment> find(MailboxGrants.Held grant) {
        return Optional.ofNullable(held.get(grant.device())).map(found -> found.attachment)
                .filter(Attachment::isOpen);
    }

    /// The owner still waits for news.
    public void touch(WalletAddress owner) {
        long now = clock.millis();
        held.values().stream().filter(each -> each.attachment.grant().owner().equals(owner))
                .forEach(each -> each.usedAtMillis = now);
    }

    /// How many are open.
    public int size() {
        return held.size();
    }

    /// Gives up those without news, and those whose grant is over.
    public void tend() {
        long idle = clock.millis() - properties.idleAttachment().toMillis();
        held.values().stream()
                .filter(each -> each.usedAtMillis < idle
                        || each.attachment.grant().expiresAtMillis() <= clock.millis())
                .forEach(each -> each.attachment.close());
    }

    @Override
    public void close() {
        held.values().forEach(each -> each.attachment.close());
    }

    private void connect(PeerId relay, Attachment attachment) throws IOException {
        MailboxGrpc.newStub(channels.channelTo(relay).channel()).attach(attachment);
    }

    private void keep(Attachment attachment) {
        PublicKey device = attachment.grant().device();
        Held mine = new Held(attachment, clock.millis());
        held.put(device, mine);
        LOG.info("event=attached relay={}", attachment.relay().shortName());
        attachment.whenEnded(reason -> {
            held.remove(device, mine);
            LOG.info("event=detached relay={} reason={}", attachment.relay().shortName(), reason);
        });
        executor.execute(() -> events.attached(attachment.grant().owner(), attachment));
    }

    /// One frame after the other, in order; nothing is acknowledged before it is durable.
    private void received(Attachment attachment, RelayFrame frame) {
        if (frame.hasEvents()) {
            touch(attachment.grant().owner());
            for (MailboxEvent event : frame.getEvents().getEventsList()) {
                events.told(attachment.grant().owner(), attachment.relay(), event);
            }
            attachment.acknowledge(frame.getEvents().getEventsList());
        }
    }

    private static final class Held {
        private final Attachment attachment;
        private volatile long usedAtMillis;

        Held(Attachment attachment, long usedAtMillis) {
            this.attachment = attachment;
            this.usedAtMillis = usedAtMillis;
        }
    }

    private static final class Nobody implements AttachmentEvents {
        @Override
        public void told(WalletAddress owner, PeerId relay, MailboxEvent event) {
            throw new IllegalStateException("events: nobody listens (expected: a listener)");
        }

        @Override
        public void attached(WalletAddress owner, Attachment attachment) {}
    }
}
