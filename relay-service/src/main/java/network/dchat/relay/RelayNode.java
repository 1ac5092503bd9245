package network.dchat.relay;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import network.dchat.identity.TaggedHash;
import network.dchat.ledger.ChainTerms;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.Input;
import network.dchat.mailbox.Mailbox;
import network.dchat.mailbox.MailboxKeys;
import network.dchat.mailbox.MailboxStatus;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.status.Crashable;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// The owner of the relay's mailbox machine: loads it from the store, feeds it, and loads it
/// again when something did not become durable.
public final class RelayNode implements SmartLifecycle, Crashable, ProgressCheck {
    private static final Logger LOG = LoggerFactory.getLogger(RelayNode.class);
    private static final String SECRET_TAG = "dchat/relay-secret/1";
    private static final int SEED_BYTES = 32;
    private static final int TURN = 256;
    private static final long STATUS_MILLIS = 100;
    private static final Duration LOAD_PAUSE = Duration.ofMillis(500);

    private final NodeIdentity identity;
    private final RelayProperties properties;
    private final RelayEffects.Ports ports;
    private final RelayInbox inbox;
    private final RelayTimers timers;
    private final CoreLoop<RelayInbox.Stamped, Effect> loop;
    private final SecureRandom random = new SecureRandom();
    private volatile MailboxStatus status = MailboxStatus.NOTHING;
    private volatile boolean running;
    private volatile boolean storeFails;
    private long statusAt;

    /// What the node's loop runs on.
    ///
    /// @param onFatal called when the machine broke its own rules
    record World(String name, LoopTimers timers, MeterRegistry meters, Runnable onFatal) {}

    RelayNode(NodeIdentity identity, RelayProperties properties, RelayEffects.Ports ports,
            RelayEffects effects, RelayInbox inbox, RelayTimers timers, World world) {
        this.identity = identity;
        this.properties = properties;
        this.ports = ports;
        this.inbox = inbox;
        this.timers = timers;
        this.loop = new CoreLoop<>(
                new LoopSettings(world.name() + "-relay", properties.inputs(), TURN), this::birth,
                effects, world.timers(), world.meters(), world.onFatal());
    }

    /// What the machine held a moment ago.
    public MailboxStatus status() {
        return status;
    }

    @Override
    public void start() {
        try {
            inbox.open(loop);
            loop.start();
        } catch (IOException failed) {
            throw new UncheckedIOException("relay: its store cannot be read", failed);
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        loop.close();
        inbox.shut();
    }

    @Override
    public void crash() {
        running = false;
        inbox.shut();
        loop.abandon();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// Before the servers on the way up, after them on the way down.
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public String part() {
        return "mailbox";
    }

    @Override
    public Optional<String> blockedBy() {
        if (storeFails) {
            return Optional.of("the store cannot be read");
        }
        return running ? Optional.empty() : Optional.of("not running");
    }

    private Birth<RelayInbox.Stamped, Effect> birth() throws IOException {
        int life = inbox.nextLife();
        timers.clear();
        if (life > 1) {
            ports.users().closeAll(Rejection.newBuilder().setCode(RejectionCode.UNAVAILABLE)
                    .setReason("the relay reads its store again").build());
        }
        Mailbox mailbox = load();
        ports.chain().follow(mailbox.height());
        publish(mailbox, inbox.now());
        Input started = new Input.Started(inbox.now());
        return new Birth<>(stamped -> apply(mailbox, stamped, life),
                List.of(new RelayInbox.Stamped(started, life)));
    }

    private List<Effect> apply(Mailbox mailbox, RelayInbox.Stamped stamped, int life) {
        if (stamped.life() != life) {
            return List.of();
        }
        List<Effect> effects = mailbox.apply(stamped.input());
        long now = stamped.input().nowMillis();
        if (now - statusAt >= STATUS_MILLIS || stamped.input() instanceof Input.BlockCommitted) {
            publish(mailbox, now);
        }
        return effects;
    }

    private void publish(Mailbox mailbox, long nowMillis) {
        statusAt = nowMillis;
        status = mailbox.status();
    }

    /// The machine as the store has it. Only the first attempt of the first life may fail; later
    /// the database may be away for a while, and nothing is taken until it is back.
    private Mailbox load() throws IOException {
        while (true) {
            byte[] seed = new byte[SEED_BYTES];
            random.nextBytes(seed);
            Mailbox mailbox = new Mailbox(
                    new MailboxKeys(identity.networkId(), identity.key(),
                            TaggedHash.of(SECRET_TAG, identity.key().seed()).bytes(),
                            ByteString.copyFrom(seed)),
                    properties.limits(), new ChainTerms(identity.genesis().getParameters()));
            try {
                ports.store().restore(mailbox::restore);
                storeFails = false;
                return mailbox;
            } catch (IOException failed) {
                if (!running) {
                    throw failed;
                }
                storeFails = true;
                LOG.warn("event=store-not-read reason=\"{}\"", failed.getMessage());
                LockSupport.parkNanos(LOAD_PAUSE.toNanos());
            }
        }
    }
}
