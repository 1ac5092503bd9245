package network.dchat.client;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.TrustedChain;
import network.dchat.mailbox.FeedKind;
import network.dchat.mailbox.outbox.Effect;
import network.dchat.mailbox.outbox.Input;
import network.dchat.mailbox.outbox.Outbox;
import network.dchat.mailbox.outbox.OutboxKeys;
import network.dchat.mailbox.outbox.OutboxLimits;
import network.dchat.mailbox.outbox.ReceiptMaterial;
import network.dchat.mailbox.outbox.TimerId;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.wire.v1.AttachFrame;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.DeliveryAck;
import network.dchat.wire.v1.DeliveryBatch;
import network.dchat.wire.v1.EventAck;
import network.dchat.wire.v1.FinalityRequest;
import network.dchat.wire.v1.Rejection;
import network.dchat.wire.v1.RejectionCode;
import network.dchat.wire.v1.SubmissionBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The outbox machine and its world: its rows, its relays, its timers.
final class OutboxDesk implements EffectRunner<Effect> {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxDesk.class);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Self self;
    private final History history;
    private final OutboxRows rows;
    private final PeerChannels channels;
    private final Surroundings world;
    private final Parts parts;
    private final CoreLoop<Input, Effect> loop;
    private final FailedWritePause pause = new FailedWritePause();
    private final ExecutorService scribe;
    private final Map<TimerId, Long> timers = new ConcurrentHashMap<>();

    /// What the outbox hands work to.
    ///
    /// @param links   the attachments
    /// @param open    opens an envelope
    /// @param lookUp  looks a user up again; may block
    /// @param archive told of messages of which it is to know more
    /// @param chosen  the user's relays now
    /// @param trusted how far the chain is trusted now
    record Parts(RelayLinks links, Consumer<SessionDesk.Arrival> open,
            Consumer<WalletAddress> lookUp, Consumer<OutboxRows.News> archive,
            Supplier<List<PeerId>> chosen, Supplier<TrustedChain> trusted) {}

    OutboxDesk(Self self, History history, OutboxRows rows, PeerChannels channels,
            Surroundings world, Parts parts, Runnable onFatal) {
        this.self = self;
        this.history = history;
        this.rows = rows;
        this.channels = channels;
        this.world = world;
        this.parts = parts;
        this.loop = new CoreLoop<>(LoopSettings.named(world.nodeName() + "-outbox"), this::load,
                this, world.timers(), world.meters(), onFatal);
        this.scribe = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name(world.nodeName() + "-scribe").factory());
    }

    void start() throws IOException {
        loop.start();
    }

    void close() {
        pause.stop();
        loop.close();
        scribe.shutdown();
    }

    void abandon() {
        pause.stop();
        loop.abandon();
        scribe.shutdownNow();
    }

    /// An input that the outbox asked for, or that its bounds limit.
    void answer(Input input) {
        loop.answer(input);
    }

    /// An input from outside; false when the outbox has too much to do.
    boolean offer(Input input) {
        return loop.offer(input);
    }

    @Override
    public EffectOrder order(Effect effect) {
        return switch (effect) {
            case Effect.Persist _ -> EffectOrder.PERSIST;
            case Effect.Unconditional _ -> EffectOrder.UNCONDITIONAL;
            default -> EffectOrder.ORDERED;
        };
    }

    @Override
    public void persist(List<Effect> effects) throws IOException {
        List<network.dchat.mailbox.outbox.Change> changes = effects.stream()
                .flatMap(effect -> effect instanceof Effect.Persist(var list)
                        ? list.stream()
                        : java.util.stream.Stream.empty())
                .toList();
        pause.write(() -> {
            OutboxRows.News news = rows.write(changes, world.now());
            if (!news.ordered().isEmpty() || !news.advanced().isEmpty()) {
                parts.archive().accept(news);
            }
        });
    }

    @Override
    public void run(Effect effect) {
        switch (effect) {
            case Effect.Persist _ -> throw new IllegalStateException("persist: run as effect");
            case Effect.SetTimer(TimerId timer, long atMillis) -> setTimer(timer, atMillis);
            case Effect.Attach(PeerId relay) -> parts.links().attach(relay);
            case Effect.Leave(PeerId relay) -> parts.links().leave(relay);
            case Effect.Submit(PeerId relay, var list) -> parts.links().send(relay,
                    AttachFrame.newBuilder()
                            .setSubmissions(SubmissionBatch.newBuilder().addAllSubmissions(list))
                            .build());
            case Effect.Acknowledge(PeerId relay, FeedKind feed, long sequence) ->
                parts.links().send(relay, acknowledgement(feed, sequence));
            case Effect.GiveDeliveries(PeerId relay, var list) ->
                parts.links().send(relay, AttachFrame.newBuilder()
                        .setDeliveries(DeliveryBatch.newBuilder().addAllDeliveries(list)).build());
            case Effect.AskFinality(PeerId relay, var list) -> {
                FinalityRequest.Builder request = FinalityRequest.newBuilder();
                list.stream().map(OrderCommitment::bytes).forEach(request::addCommitments);
                parts.links().send(relay, AttachFrame.newBuilder().setFinality(request).build());
            }
            case Effect.LookUpUserRecord(WalletAddress user) ->
                world.executor().execute(() -> parts.lookUp().accept(user));
            case Effect.Open(MessageId id, var envelope, PeerId _) ->
                later(() -> openOrRetry(new SessionDesk.Arrival(id, envelope)));
            case Effect.ShowState(MessageId id, var state) ->
                LOG.debug("event=message-state message={} state={}", id.shortName(), state);
            case Effect.ShowPosition(MessageId id, OrderPosition position) ->
                LOG.debug("event=message-final message={} position={}", id.shortName(), position);
            case Effect.ShowRefused(MessageId id, Rejection rejection) ->
                later(() -> refused(id, rejection.getCode() + ": " + rejection.getReason()));
            case Effect.ShowExpired(MessageId id) -> later(() -> refused(id, Refusal.EXPIRED));
            case Effect.Blame(PeerId relay, Rejection rejection) -> {
                LOG.info("event=relay-blamed relay={} code={} reason={}", relay.shortName(),
                        rejection.getCode(), rejection.getReason());
                world.meters()
                        .counter("dchat.client.relay.faults", "code", rejection.getCode().name())
                        .increment();
                channels.judge(relay,
                        rejection.getCode() == RejectionCode.BAD_SIGNATURE
                                ? Deed.MISBEHAVED
                                : Deed.REJECTED);
            }
        }
    }

    /// Opens an envelope, unless it is in the store already: then its receipt is made from there.
    void open(SessionDesk.Arrival arrival) throws IOException {
        Optional<ConversationRow> stored = history.find(arrival.id().hex());
        if (stored.isEmpty()) {
            parts.open().accept(arrival);
            return;
        }
        ConversationRow row = stored.get();
        Optional<ReceiptMaterial> material = row.getOutgoing() || row.getSecret().isEmpty()
                ? Optional.empty()
                : Optional.of(new ReceiptMaterial(row.getSecret(), row.getReturnHandlesList()));
        loop.answer(new Input.Opened(arrival.id(), material, world.now()));
    }

    /// A store that cannot be read now is asked again: the outbox waits for an answer.
    private void openOrRetry(SessionDesk.Arrival arrival) throws IOException {
        try {
            open(arrival);
        } catch (IOException e) {
            world.timers().after(RETRY, () -> later(() -> openOrRetry(arrival)));
            throw e;
        }
    }

    private Birth<Input, Effect> load() throws IOException {
        Outbox outbox = new Outbox(new OutboxKeys(self.network(), self.address(),
                self.keys().device(), self.keys().certificate()), OutboxLimits.defaults(),
                parts.trusted().get());
        rows.restored().forEach(outbox::restore);
        List<Input> inputs = new ArrayList<>();
        inputs.add(new Input.Started(world.now()));
        List<PeerId> chosen = parts.chosen().get();
        if (!chosen.isEmpty()) {
            inputs.add(new Input.RelaysChosen(chosen, world.now()));
        }
        return new Birth<>(outbox::apply, inputs);
    }

    private void setTimer(TimerId timer, long atMillis) {
        long turn = timers.merge(timer, 1L, Long::sum);
        world.timers().after(Duration.ofMillis(Math.max(0, atMillis - world.now())), () -> {
            if (timers.getOrDefault(timer, 0L) == turn) {
                loop.answer(new Input.TimerElapsed(timer, world.now()));
            }
        });
    }

    private void refused(MessageId id, String reason) throws IOException {
        history.change(pages -> {
            Optional<ConversationRow> row = pages.message(id.hex());
            if (row.isPresent() && DeliveryState.of(row.get()) == DeliveryState.QUEUED) {
                pages.save(row.get().toBuilder().setRefusal(reason).build());
            }
        });
    }

    private static AttachFrame acknowledgement(FeedKind feed, long sequence) {
        return switch (feed) {
            case MAIL -> AttachFrame.newBuilder()
                    .setAck(DeliveryAck.newBuilder().setSequence(sequence)).build();
            case EVENTS -> AttachFrame.newBuilder()
                    .setEventAck(EventAck.newBuilder().setSequence(sequence)).build();
        };
    }

    /// Work over the store that an effect asked for, in order. A store that fails stops the work,
    /// not the
    /// outbox: what is missing is asked for again at the next start.
    private void later(Work work) {
        if (scribe.isShutdown()) {
            return;
        }
        scribe.execute(() -> {
            try {
                work.run();
            } catch (IOException e) {
                LOG.error("event=store-failed reason={}", e.getMessage(), e);
            }
        });
    }

    /// Work that may fail with the store.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }
}
