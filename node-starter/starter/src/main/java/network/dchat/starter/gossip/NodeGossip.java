package network.dchat.starter.gossip;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import network.dchat.gossip.Effect;
import network.dchat.gossip.Frame;
import network.dchat.gossip.FrameCodec;
import network.dchat.gossip.Gossip;
import network.dchat.gossip.GossipLimits;
import network.dchat.gossip.Input;
import network.dchat.gossip.Refusal;
import network.dchat.gossip.Rumor;
import network.dchat.gossip.Standing;
import network.dchat.gossip.Tally;
import network.dchat.identity.AddressScope;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.Verified;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.status.Crashable;
import network.dchat.wire.v1.GossipBody;
import network.dchat.wire.v1.GossipFrame;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gossip of this node: the core's loop, the links to neighbours, and what is heard.
public final class NodeGossip implements GossipBroadcaster, EffectRunner<Effect>, Crashable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeGossip.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int SEQUENCES_PER_MILLI = 1_000;
    private static final int MOST_REMEMBERED = 2_048;
    private static final long MOST_REMEMBERED_BYTES = 16L * 1024 * 1024;
    /// One that each side made, and others until a broken transport is noticed.
    private static final int MOST_STREAMS_PER_NEIGHBOUR = 4;

    private final NodeIdentity identity;
    private final GossipLimits limits;
    private final PeerConnections connections;
    private final PeerConnections.World world;
    private final CoreLoop<Input, Effect> loop;
    private final List<GossipListener> listeners = new CopyOnWriteArrayList<>();
    private final Map<PeerId, List<GossipStream>> links = new ConcurrentHashMap<>();
    private final RememberedRumors verified = new RememberedRumors(MOST_REMEMBERED,
            MOST_REMEMBERED_BYTES);
    private final LongAdder framesDropped = new LongAdder();
    private final Map<Long, CompletableFuture<Optional<Rejection>>> publications;
    private final AtomicLong nextSequence;
    private volatile Tally tally = new Tally(0, 0, 0, 0, 0, 0);

    /// Gossip that has not begun.
    NodeGossip(NodeIdentity identity, GossipLimits limits, PeerConnections connections,
            PeerConnections.World world) {
        this.identity = identity;
        this.limits = limits;
        this.connections = connections;
        this.world = world;
        this.publications = new ConcurrentHashMap<>();
        this.nextSequence = new AtomicLong(world.clock().millis() * SEQUENCES_PER_MILLI);
        long seed = identity.peerId().dhtKey().bytes().asReadOnlyByteBuffer().getLong()
                ^ world.clock().millis();
        this.loop = new CoreLoop<>(LoopSettings.named("gossip"), () -> birth(seed), this,
                world.timers(), world.meters(), world.onFatal());
        measure(world.meters());
    }

    private Birth<Input, Effect> birth(long seed) {
        Gossip core = new Gossip(identity.peerId(), limits, seed);
        return new Birth<>(input -> {
            List<Effect> effects = core.apply(input);
            tally = core.tally();
            return effects;
        }, List.of());
    }

    private void measure(MeterRegistry meters) {
        FunctionCounter.builder("dchat.gossip.accepted", this, gossip -> gossip.tally.accepted())
                .register(meters);
        FunctionCounter
                .builder("dchat.gossip.duplicates", this, gossip -> gossip.tally.duplicates())
                .register(meters);
        FunctionCounter.builder("dchat.gossip.pushed", this, gossip -> gossip.tally.pushed())
                .register(meters);
        FunctionCounter.builder("dchat.gossip.asked", this, gossip -> gossip.tally.asked())
                .register(meters);
        FunctionCounter.builder("dchat.gossip.frames.dropped", framesDropped, LongAdder::sum)
                .register(meters);
        FunctionCounter.builder("dchat.gossip.dropped", this, gossip -> gossip.tally.dropped())
                .register(meters);
    }

    /// Begins.
    void start() throws IOException {
        loop.start();
    }

    /// Ends all links.
    void stop() {
        loop.close();
        links.values()
                .forEach(streams -> streams.forEach(stream -> framesDropped.add(stream.close())));
    }

    @Override
    public void crash() {
        loop.abandon();
    }

    /// Lets a listener hear what comes from now on.
    void listen(GossipListener listener) {
        listeners.add(listener);
    }

    /// Counts since the start.
    public Tally tally() {
        return tally;
    }

    /// How many neighbours there are.
    public int linkCount() {
        return links.size();
    }

    @Override
    public Optional<Rejection> broadcast(GossipKind kind, ByteString payload) {
        if (payload.size() > GossipLimits.MAXIMUM_PAYLOAD) {
            return Optional.of(new Rejection(RejectionCode.TOO_LARGE, "gossip: " + payload.size()
                    + " bytes (expected: up to " + GossipLimits.MAXIMUM_PAYLOAD + ")"));
        }
        long sequence = nextSequence.getAndIncrement();
        long now = world.clock().millis();
        Rumor rumor = FrameCodec.sign(GossipBody.newBuilder().setKind(kind).setSequence(sequence)
                .setSentAt(now).setPayload(payload).build(), identity.networkId(), identity.key());
        CompletableFuture<Optional<Rejection>> published = new CompletableFuture<>();
        publications.put(sequence, published);
        try {
            return loop.offer(new Input.Publish(sequence, rumor, now))
                    ? published.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    : Optional.of(busy());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.of(new Rejection(RejectionCode.UNAVAILABLE, "the node stops"));
        } catch (ExecutionException | TimeoutException _) {
            return Optional.of(busy());
        } finally {
            publications.remove(sequence);
        }
    }

    private static Rejection busy() {
        return new Rejection(RejectionCode.OVERLOADED, "gossip: too much to do");
    }

    // Links

    /// A stream to a neighbour is open. The refusal when the neighbour has too many, or when there
    /// is too much to do: streams cost their neighbour nothing.
    Optional<Rejection> opened(PeerId peer, AddressScope scope, GossipStream stream) {
        List<GossipStream> open = links.compute(peer, (_, streams) -> {
            if (streams == null) {
                boolean taken = loop.offer(
                        new Input.LinkOpened(peer, scope, standing(peer), world.clock().millis()));
                return taken ? List.of(stream) : null;
            }
            return streams.size() < MOST_STREAMS_PER_NEIGHBOUR
                    ? Stream.concat(streams.stream(), Stream.of(stream)).toList()
                    : streams;
        });
        if (open != null && open.contains(stream)) {
            return Optional.empty();
        }
        Rejection rejection = open == null
                ? busy()
                : new Rejection(RejectionCode.OVERLOADED,
                        "gossip streams: " + MOST_STREAMS_PER_NEIGHBOUR + " open");
        count(rejection);
        return Optional.of(rejection);
    }

    /// A stream to a neighbour is gone.
    void closed(PeerId peer, GossipStream stream) {
        framesDropped.add(stream.close());
        links.computeIfPresent(peer, (_, streams) -> {
            List<GossipStream> left = streams.stream().filter(other -> !other.equals(stream))
                    .toList();
            if (left.isEmpty()) {
                loop.answer(new Input.LinkClosed(peer, world.clock().millis()));
                return null;
            }
            return left;
        });
    }

    /// A neighbour sent a frame: it is read here, on the caller's thread, and taken by the core.
    /// The rule that the neighbour broke, when its stream is to be closed.
    Optional<Rejection> received(PeerId from, GossipFrame frame) {
        Verified<FrameCodec.Reading> read = FrameCodec.read(frame, identity.networkId(), verified);
        if (read instanceof Verified.Rejected<FrameCodec.Reading>(Rejection rejection)) {
            blame(from, rejection);
            return Optional.of(rejection);
        }
        FrameCodec.Reading reading = read.orElseThrow();
        reading.frame().arrivals().forEach(arrival -> verified.add(arrival.rumor()));
        reading.faults().forEach(rejection -> blame(from, rejection));
        loop.offer(new Input.FrameReceived(from, reading.frame(), world.clock().millis()));
        return reading.faults().stream().findFirst();
    }

    /// Tells the core how good each link is.
    void rate() {
        for (PeerId peer : List.copyOf(links.keySet())) {
            loop.offer(new Input.LinkRated(peer, standing(peer), world.clock().millis()));
        }
    }

    private Standing standing(PeerId peer) {
        long micros = connections.latencyMicros(peer);
        return new Standing(connections.region(peer),
                micros < 0 ? Standing.UNKNOWN.latencyMillis() : micros / 1_000,
                connections.score(peer));
    }

    private void blame(PeerId peer, Rejection rejection) {
        count(rejection);
        LOG.debug("event=peer-misbehaved peer={} code={} reason=\"{}\"", peer.shortName(),
                rejection.name(), rejection.reason());
        connections.judge(peer, Deed.MISBEHAVED);
    }

    private void count(Rejection rejection) {
        world.meters().counter("dchat.gossip.rejections", "code", rejection.name()).increment();
    }

    // Effects

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
            case Effect.Send(PeerId to, Frame frame) -> send(to, frame);
            case Effect.Deliver(Rumor rumor, _) ->
                listeners.stream().filter(listener -> listener.kind() == rumor.kind())
                        .forEach(listener -> execute(() -> listener.heard(rumor)));
            case Effect.Published(long id, _) -> complete(id, Optional.empty());
            case Effect.PublishRefused(long id, Refusal refusal) ->
                complete(id, Optional.of(refusal.rejection()));
            case Effect.Refused(_, Refusal refusal) -> count(refusal.rejection());
            case Effect.Misbehaved(PeerId peer, Rejection reason) -> blame(peer, reason);
            case Effect.LinkRefused(PeerId peer) -> refuse(peer);
            case Effect.SetTimer(var timer, long delayMillis) ->
                world.timers().after(Duration.ofMillis(delayMillis),
                        () -> loop.answer(new Input.TimerElapsed(timer, world.clock().millis())));
        }
    }

    private void send(PeerId to, Frame frame) {
        List<GossipStream> streams = streams(to);
        if (!streams.isEmpty()) {
            streams.getFirst().send(FrameCodec.write(frame));
        }
    }

    /// The streams of a neighbour. What the core says at once to a new link waits until it is
    /// listed.
    private List<GossipStream> streams(PeerId peer) {
        List<GossipStream> open = links.computeIfPresent(peer, (_, streams) -> streams);
        return open == null ? List.of() : open;
    }

    private void refuse(PeerId peer) {
        Rejection rejection = new Rejection(RejectionCode.OVERLOADED,
                "gossip links: " + limits.maximumLinks() + " open");
        for (GossipStream stream : streams(peer)) {
            count(rejection);
            stream.refuse(rejection);
            closed(peer, stream);
        }
    }

    private void complete(long id, Optional<Rejection> result) {
        CompletableFuture<Optional<Rejection>> publication = publications.get(id);
        if (publication != null) {
            publication.complete(result);
        }
    }

    private void execute(Runnable work) {
        try {
            world.executor().execute(work);
        } catch (RejectedExecutionException _) {
            LOG.debug("event=work-dropped reason=\"the node stops\"");
        }
    }
}
