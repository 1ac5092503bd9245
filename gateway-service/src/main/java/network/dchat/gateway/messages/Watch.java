package network.dchat.gateway.messages;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import network.dchat.gateway.GatewayProperties;
import network.dchat.gateway.RefusedException;
import network.dchat.gateway.relay.Attachments;
import network.dchat.gateway.relay.MailboxGrants;
import network.dchat.identity.WalletAddress;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps mailboxes open for owners who wait for news, also after this gateway or a relay was away.
public final class Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final Duration TURN = Duration.ofSeconds(5);
    private static final Duration FORGET = Duration.ofHours(1);

    private final NodeIdentity node;
    private final News news;
    private final Attachments attachments;
    private final GatewayProperties properties;
    private final InstantSource clock;
    private final Semaphore turn = new Semaphore(1);

    /// A watch that has not begun.
    public Watch(NodeIdentity node, News news, Attachments attachments,
            GatewayProperties properties, InstantSource clock) {
        this.node = node;
        this.news = news;
        this.attachments = attachments;
        this.properties = properties;
        this.clock = clock;
    }

    /// Begins to watch.
    public void start(LoopTimers timers) {
        timers.every(TURN, () -> news.later(this::tend));
        timers.every(FORGET, () -> news.later(news.store()::forget));
    }

    private void tend() {
        if (!turn.tryAcquire()) {
            return;
        }
        try {
            attachments.tend();
            long since = clock.millis() - properties.idleAttachment().toMillis();
            for (WalletAddress owner : news.store().waitingOwners(since,
                    properties.attachments())) {
                reopen(owner);
            }
        } finally {
            turn.release();
        }
    }

    private void reopen(WalletAddress owner) {
        Optional<MailboxGrants.Held> grant = news.store().grant(owner)
                .flatMap(certified -> MailboxGrants
                        .verify(node.networkId(), node.peerId(), owner, certified, clock.millis())
                        .toOptional());
        if (grant.isEmpty() || attachments.find(grant.get()).isPresent()) {
            return;
        }
        try {
            attachments.open(grant.get());
        } catch (RefusedException refused) {
            LOG.debug("event=not-reopened reason={}", refused.getMessage());
        }
    }
}
