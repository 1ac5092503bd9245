package network.dchat.starter.connections;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Rejection;
import network.dchat.peers.ConnectionView;
import network.dchat.peers.Connections;
import network.dchat.peers.Deed;
import network.dchat.peers.Direction;
import network.dchat.peers.Effect;
import network.dchat.peers.Input;
import network.dchat.peers.Reputations;
import network.dchat.peers.Tie;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.rpc.PeerChannel;
import network.dchat.starter.status.Crashable;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's connections: the connection table's loop, and the channels it asks for.
public final class PeerConnections
        implements
            PeerChannels,
            AttachedUsers,
            InboundTransports.Listener,
            Outbound.Listener,
            EffectRunner<Effect>,
            Crashable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerConnections.class);
    private static final Duration PASSING_IDLE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_SCORES = 10_000;

    private final PeerId self;
    private final ConnectionProperties properties;
    private final Locator locator;
    private final TrafficMeter meter;
    private final Checks checks;
    private final World world;
    private final Outbound outbound;
    private final CoreLoop<Input, Effect> loop;
    private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<PeerId, CompletableFuture<Optional<Rejection>>> admissions;
    private final Map<PeerId, Double> scores = new ConcurrentHashMap<>();
    private volatile Map<PeerId, ConnectionView> views = Map.of();

    /// Connections that are not made yet.
    PeerConnections(NodeIdentity identity, ConnectionProperties properties, Parts parts,
            World world) {
        this.self = identity.peerId();
        this.properties = properties;
        this.locator = parts.locator;
        this.meter = parts.meter;
        this.checks = parts.checks;
        this.world = world;
        this.admissions = new ConcurrentHashMap<>();
        this.outbound = new Outbound(parts.dialling, this);
        long seed = self.dhtKey().bytes().asReadOnlyByteBuffer().getLong() ^ world.clock.millis();
        this.loop = new CoreLoop<>(LoopSettings.named("connections"), () -> birth(seed), this,
                world.timers, world.meters, world.onFatal);
        Gauge.builder("dchat.connections", this, PeerConnections::openCount).register(world.meters);
    }

    /// What the connections are made with.
    ///
    /// @param locator finds the record of a peer, and may block
    record Parts(Dialling dialling, Locator locator, TrafficMeter meter, Checks checks) {}

    /// What every part of a node runs on.
    ///
    /// @param onFatal called when the core broke its own rules
    public record World(ExecutorService executor, InstantSource clock, LoopTimers timers,
            MeterRegistry meters, Runnable onFatal) {}

    /// Finds peers.
    interface Locator {
        /// The record of a peer, looked up if need be. May block for some seconds.
        Optional<PeerRecord> locate(PeerId peer);

        /// The record of a peer, if it is known now. Does not block.
        Optional<PeerRecord> known(PeerId peer);

        /// Peers to connect to while there are too few, best first. Does not block.
        List<PeerId> candidates();
    }

    /// Asks a connected peer something.
    interface Checks {
        /// Pings a peer and returns the round trip in microseconds; throws when it does not
        /// answer.
        long ping(PeerChannel channel, Duration timeout);

        /// Exchanges records with a peer that was just connected.
        ///
        /// @return why the connection cannot be used; empty = it can
        Optional<Rejection> identify(PeerId peer, PeerChannel channel);
    }

    private Birth<Input, Effect> birth(long seed) {
        Connections core = new Connections(self, properties.limits(), seed);
        return new Birth<>(input -> {
            List<Effect> effects = core.apply(input);
            remember(core, input, effects);
            return effects;
        }, List.of(new Input.Started(world.clock.millis())));
    }

    /// Publishes what others may read: after each tick and each change.
    private void remember(Connections core, Input input, List<Effect> effects) {
        if (input instanceof Input.Judged(PeerId peer, _, long nowMillis)) {
            if (scores.size() >= MOST_SCORES) {
                scores.clear();
            }
            scores.put(peer, core.score(peer, nowMillis));
        }
        boolean changed = effects.stream().anyMatch(Effect.StateChanged.class::isInstance);
        if (changed || input instanceof Input.TimerElapsed || input instanceof Input.PongReceived) {
            views = core.views(input.nowMillis()).stream().collect(
                    Collectors.toUnmodifiableMap(ConnectionView::peer, Function.identity()));
        }
    }

    /// Begins to connect.
    public void start() throws IOException {
        loop.start();
        world.timers.every(Duration.ofSeconds(1), this::reportTraffic);
        world.timers.every(Duration.ofSeconds(2),
                () -> loop.offer(new Input.Candidates(locator.candidates(), world.clock.millis())));
        world.timers.every(Duration.ofSeconds(10),
                () -> outbound.closeIdle(PASSING_IDLE.toMillis(), world.clock.millis()));
    }

    /// Closes all connections.
    public void stop() {
        loop.close();
        outbound.closeAll();
    }

    @Override
    public void crash() {
        loop.abandon();
        outbound.closeAll();
    }

    /// Tells a listener of every connection made from now on.
    public void listen(ConnectionListener listener) {
        listeners.add(listener);
    }

    /// The connections that are open, being made or waiting to be tried again, by peer.
    public Map<PeerId, ConnectionView> views() {
        return views;
    }

    /// How many connections are open.
    public int openCount() {
        return (int) views.values().stream().filter(view -> view.state().isOpen()).count();
    }

    /// Where a peer says it stands; empty while unknown.
    public String region(PeerId peer) {
        return locator.known(peer).map(record -> record.profile().region()).orElse("");
    }

    // What other parts of the node ask for

    @Override
    public PeerChannel channelTo(PeerId peer) throws PeerUnreachableException {
        Optional<PeerChannel> known = outbound.find(peer);
        if (known.isPresent()) {
            return known.get();
        }
        if (peer.equals(self)) {
            throw new PeerUnreachableException(peer, "it is this node");
        }
        PeerRecord record = locator.locate(peer)
                .orElseThrow(() -> new PeerUnreachableException(peer, "nobody knows where it is"));
        return outbound.keep(record);
    }

    /// A channel for a question to a peer whose record is at hand; not counted as a connection.
    /// Blocks.
    public PeerChannel channelFor(PeerRecord record) throws PeerUnreachableException {
        return outbound.pass(record, world.clock.millis());
    }

    @Override
    public void hold(PeerId peer, Tie tie) {
        loop.answer(new Input.Hold(peer, tie, world.clock.millis()));
    }

    @Override
    public void release(PeerId peer, Tie tie) {
        loop.answer(new Input.Release(peer, tie, world.clock.millis()));
    }

    @Override
    public void judge(PeerId peer, Deed deed) {
        loop.offer(new Input.Judged(peer, deed, world.clock.millis()));
    }

    @Override
    public double score(PeerId peer) {
        ConnectionView view = views.get(peer);
        return view == null ? scores.getOrDefault(peer, Reputations.START) : view.quality().score();
    }

    @Override
    public long latencyMicros(PeerId peer) {
        ConnectionView view = views.get(peer);
        return view == null ? -1 : view.quality().latencyMicros();
    }

    @Override
    public Optional<Rejection> admit(PeerId user) {
        CompletableFuture<Optional<Rejection>> admission = admissions.computeIfAbsent(user,
                _ -> new CompletableFuture<>());
        if (!loop.offer(new Input.UserAttached(user, world.clock.millis()))) {
            admissions.remove(user, admission);
            return Optional.of(busy());
        }
        try {
            return admission.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of(new Rejection(RejectionCode.UNAVAILABLE, "the node stops"));
        } catch (ExecutionException | TimeoutException _) {
            return Optional.of(busy());
        }
    }

    private static Rejection busy() {
        return new Rejection(RejectionCode.OVERLOADED, "connection table: too much to do");
    }

    @Override
    public void dismiss(PeerId user) {
        loop.answer(new Input.UserDetached(user, world.clock.millis()));
    }

    // What happens at the transports

    @Override
    public void opened(PeerId peer, String address) {
        loop.answer(new Input.Opened(peer, Direction.INBOUND, address, world.clock.millis()));
    }

    @Override
    public void closed(PeerId peer) {
        loop.answer(new Input.Closed(peer, Direction.INBOUND, "the peer closed it",
                world.clock.millis()));
    }

    @Override
    public void opened(PeerId peer, PeerChannel channel) {
        LOG.debug("event=connected peer={} address={}", peer.shortName(), channel.address());
        loop.answer(new Input.Opened(peer, Direction.OUTBOUND, channel.address().toString(),
                world.clock.millis()));
        execute(() -> introduce(peer, channel));
    }

    @Override
    public void closed(PeerId peer, String reason) {
        LOG.debug("event=disconnected peer={} reason=\"{}\"", peer.shortName(), reason);
        loop.answer(new Input.Closed(peer, Direction.OUTBOUND, reason, world.clock.millis()));
        listeners.forEach(listener -> listener.disconnected(peer));
    }

    private void introduce(PeerId peer, PeerChannel channel) {
        Optional<Rejection> refusal = checks.identify(peer, channel);
        if (refusal.isPresent()) {
            LOG.info("event=peer-refused peer={} code={} reason=\"{}\"", peer.shortName(),
                    refusal.get().name(), refusal.get().reason());
            judge(peer, Deed.REJECTED);
            outbound.close(peer, refusal.get().reason());
            return;
        }
        var scope = Dialling.addressOf(channel).scope();
        listeners.forEach(listener -> listener.connected(peer, channel, scope));
    }

    private void reportTraffic() {
        meter.drain().forEach(
                (peer, traffic) -> loop.offer(new Input.Used(peer, traffic, world.clock.millis())));
    }

    // What the table asks for

    @Override
    public EffectOrder order(Effect effect) {
        return EffectOrder.UNCONDITIONAL;
    }

    @Override
    public void persist(List<Effect> effects) {
        throw new IllegalStateException("persist: " + effects.size() + " effects (expected: none)");
    }

    @Override
    public void run(Effect effect) {
        switch (effect) {
            case Effect.Dial(long attemptId, PeerId peer) -> execute(() -> dial(attemptId, peer));
            case Effect.GiveUp(_, PeerId peer) -> execute(() -> outbound.close(peer, "given up"));
            case Effect.Ping(long pingId, PeerId peer) -> execute(() -> ping(pingId, peer));
            case Effect.Close(PeerId peer, Rejection reason) ->
                execute(() -> outbound.close(peer, reason.reason()));
            case Effect.StateChanged(PeerId peer, var from, var to, String reason) ->
                LOG.debug("event=connection-state peer={} from={} to={} reason=\"{}\"",
                        peer.shortName(), from, to, reason);
            case Effect.HoldRefused(PeerId peer, Tie tie, Rejection reason) ->
                LOG.warn("event=hold-refused peer={} tie={} reason=\"{}\"", peer.shortName(), tie,
                        reason.reason());
            case Effect.UserAdmitted(PeerId user) -> admitted(user, Optional.empty());
            case Effect.UserRefused(PeerId user, Rejection reason) ->
                admitted(user, Optional.of(reason));
            case Effect.SetTimer(long delayMillis) ->
                world.timers.after(Duration.ofMillis(delayMillis),
                        () -> loop.answer(new Input.TimerElapsed(world.clock.millis())));
        }
    }

    private void admitted(PeerId user, Optional<Rejection> refusal) {
        CompletableFuture<Optional<Rejection>> admission = admissions.remove(user);
        if (admission != null) {
            admission.complete(refusal);
        }
    }

    private void dial(long attemptId, PeerId peer) {
        try {
            boolean known = outbound.find(peer).isPresent();
            PeerChannel channel = channelTo(peer);
            if (known) {
                loop.answer(new Input.Opened(peer, Direction.OUTBOUND, channel.address().toString(),
                        world.clock.millis()));
            }
        } catch (PeerUnreachableException | RuntimeException failed) {
            loop.answer(new Input.DialFailed(attemptId, peer, String.valueOf(failed.getMessage()),
                    world.clock.millis()));
        }
    }

    private void ping(long pingId, PeerId peer) {
        try {
            PeerChannel channel = outbound.find(peer)
                    .orElseThrow(() -> new IllegalStateException("the connection is gone"));
            long micros = checks.ping(channel, properties.healthTimeout());
            loop.answer(new Input.PongReceived(pingId, micros, world.clock.millis()));
        } catch (RuntimeException failed) {
            loop.answer(new Input.PingFailed(pingId, String.valueOf(failed.getMessage()),
                    world.clock.millis()));
        }
    }

    private void execute(Runnable work) {
        try {
            world.executor.execute(work);
        } catch (RejectedExecutionException _) {
            LOG.debug("event=work-dropped reason=\"the node stops\"");
        }
    }
}
