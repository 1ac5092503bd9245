package network.dchat.relay.chain;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.mailbox.Input;
import network.dchat.mailbox.ObservedBlock;
import network.dchat.relay.RelayInbox;
import network.dchat.starter.chain.FollowedChain;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubscribeRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the chain at one validator after the other and hands each block, verified, to the
/// mailbox machine, in order of height and none left out.
///
/// A validator that sends a bad block, a gap, or nothing for a while is left for the next one. A
/// relay whose store is empty begins with the next block and submits nothing before it has seen it.
public final class ChainFollower implements ProgressCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ChainFollower.class);
    private static final Duration ROOM_PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 300_000_000;

    private final Validators validators;
    private final FollowedChain chain;
    private final RelayInbox inbox;
    private final Duration patience;
    private final MeterRegistry meters;
    private final Thread thread;
    private final CountDownLatch baseline = new CountDownLatch(1);
    private final Object lock = new Object();
    private volatile Context.@Nullable CancellableContext stream;
    private volatile boolean running;
    private volatile long lastBlockMillis;
    private volatile long height;
    private final Map<PeerId, String> reasons = new HashMap<>();
    private long next;
    private boolean restarted;

    /// A follower that is not started.
    ///
    /// @param chain    how far it is trusted; moved by each block
    /// @param patience how long no block may come
    public ChainFollower(Validators validators, FollowedChain chain, RelayInbox inbox,
            Duration patience, MeterRegistry meters, String nodeName) {
        this.validators = validators;
        this.chain = chain;
        this.meters = meters;
        this.inbox = inbox;
        this.patience = patience;
        this.thread = Thread.ofVirtual().name(nodeName + "-chain").unstarted(this::work);
    }

    /// Blocks are wanted from the one after this height on.
    public void follow(long seen) {
        synchronized (lock) {
            next = seen == 0 ? 0 : seen + 1;
            restarted = true;
        }
        height = seen;
        cancel("");
    }

    /// Begins.
    public void start() {
        running = true;
        lastBlockMillis = inbox.now();
        thread.start();
    }

    /// Ends at once.
    public void stop() {
        running = false;
        cancel("the relay stops");
        LockSupport.unpark(thread);
    }

    /// Looks whether blocks come; called every second.
    public void watch() {
        if (inbox.now() - lastBlockMillis > patience.toMillis()) {
            lastBlockMillis = inbox.now();
            cancel("no block for " + patience.toMillis() + " ms");
        }
    }

    /// The last block that was handed on.
    public long height() {
        return height;
    }

    /// Waits until it is known from which block on this relay follows.
    ///
    /// @return `false` when it is not known after a while
    boolean awaitBaseline(Duration wait) throws InterruptedException {
        return baseline.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public String part() {
        return "chain";
    }

    @Override
    public Optional<String> blockedBy() {
        if (baseline.getCount() > 0) {
            return Optional.of("no block seen so far, " + validators.reachable(patience) + " of "
                    + validators.count() + " validators reachable");
        }
        return validators.reachable(patience.multipliedBy(2)) == 0
                ? Optional.of("0 of " + validators.count() + " validators reachable")
                : Optional.empty();
    }

    private void work() {
        while (running) {
            for (PeerId validator : validators.order()) {
                if (running) {
                    follow(validator);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private void follow(PeerId validator) {
        Context.CancellableContext context = Context.ROOT.withCancellation();
        stream = context;
        lastBlockMillis = inbox.now();
        try {
            left(validator, context.call(() -> follow(validator, context)));
        } catch (IOException | StatusRuntimeException failed) {
            Throwable cancelled = context.cancellationCause();
            left(validator, String
                    .valueOf(cancelled == null ? failed.getMessage() : cancelled.getMessage()));
        } catch (Exception broken) {
            throw new IllegalStateException("chain: following broke", broken);
        } finally {
            context.cancel(null);
        }
    }

    /// A validator is left; the same reason is logged once.
    private void left(PeerId validator, String reason) {
        if (!running || reason.isEmpty()) {
            return;
        }
        validators.failed(validator, reason);
        if (!reason.equals(reasons.put(validator, reason))) {
            LOG.info("event=chain-left validator={} reason=\"{}\"", validator.shortName(), reason);
        }
    }

    /// Takes blocks until something is wrong; says what.
    private String follow(PeerId validator, Context.CancellableContext context) throws IOException {
        long wanted;
        synchronized (lock) {
            wanted = next;
            restarted = false;
        }
        Iterator<CommittedBlock> blocks = validators.stream(validator)
                .subscribe(SubscribeRequest.newBuilder().setFromHeight(wanted).build());
        while (running && !context.isCancelled() && blocks.hasNext()) {
            CommittedBlock block = blocks.next();
            Verified<ObservedBlock.Step> verified = verify(validator, block);
            if (!(verified instanceof Verified.Accepted<ObservedBlock.Step>(var step))) {
                Rejection refused = verified.refusal().orElseThrow();
                meters.counter("dchat.relay.blocks.refused", "code", refused.name()).increment();
                return "a bad block: " + refused;
            }
            ObservedBlock observed = step.block();
            if (wanted != 0 && observed.height() != wanted) {
                return "block " + observed.height() + " (expected: " + wanted + ")";
            }
            chain.move(step.chain());
            if (!handOn(observed)) {
                return "";
            }
            wanted = observed.height() + 1;
            validators.worked(validator);
            reasons.remove(validator);
        }
        return "the stream ended";
    }

    /// A relay that was away asks the validator for the light blocks between.
    private Verified<ObservedBlock.Step> verify(PeerId validator, CommittedBlock block)
            throws IOException {
        Verified<ObservedBlock.Step> first = ObservedBlock.verify(chain.trusted(), block);
        if (first.refusal().map(Rejection::code).filter(RejectionCode.NOT_FOUND::equals)
                .isEmpty()) {
            return first;
        }
        Optional<Rejection> refused = chain.catchUp(block.getBlock().getHeader().getHeight() - 1,
                (above, until) -> validators.lightBlocks(validator, above, until));
        return refused.isPresent()
                ? new Verified.Rejected<>(refused.get())
                : ObservedBlock.verify(chain.trusted(), block);
    }

    private boolean handOn(ObservedBlock block) {
        Input.BlockCommitted input = new Input.BlockCommitted(block, inbox.now());
        while (running) {
            synchronized (lock) {
                if (restarted) {
                    return false;
                }
                if (inbox.offer(input)) {
                    next = block.height() + 1;
                    height = block.height();
                    lastBlockMillis = inbox.now();
                    baseline.countDown();
                    return true;
                }
            }
            LockSupport.parkNanos(ROOM_PATIENCE.toNanos() / 1_000);
        }
        return false;
    }

    private void cancel(String reason) {
        Context.CancellableContext current = stream;
        if (current != null) {
            current.cancel(new IOException(reason));
        }
    }
}
