package network.dchat.starter.discovery;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import network.dchat.dht.Caller;
import network.dchat.dht.Dht;
import network.dchat.dht.Effect;
import network.dchat.dht.Input;
import network.dchat.dht.Outcome;
import network.dchat.dht.Query;
import network.dchat.dht.RecordKey;
import network.dchat.dht.Request;
import network.dchat.dht.Response;
import network.dchat.dht.Tally;
import network.dchat.dht.VerifiedRecord;
import network.dchat.identity.Certified;
import network.dchat.identity.PeerId;
import network.dchat.identity.PeerRecord;
import network.dchat.identity.Verified;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.PeerConnections;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.starter.status.Crashable;
import network.dchat.wire.v1.RejectionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The DHT of this node: the core's loop, its calls to others, and the answers it gives.
public final class NodeDht implements EffectRunner<Effect>, Crashable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeDht.class);
    private static final Duration LOOKUP_PATIENCE = Duration.ofSeconds(15);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);

    private final PeerId self;
    private final DhtProperties properties;
    private final Parts parts;
    private final PeerConnections.World world;
    private final CoreLoop<Input, Effect> loop;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, CompletableFuture<Outcome>> lookups = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<Effect.Published>> publications;
    private final Map<Long, CompletableFuture<Response>> answers = new ConcurrentHashMap<>();
    private volatile Tally tally = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

    /// A DHT that has not begun.
    NodeDht(PeerId self, DhtProperties properties, Parts parts, PeerConnections.World world) {
        this.self = self;
        this.properties = properties;
        this.parts = parts;
        this.world = world;
        this.publications = new ConcurrentHashMap<>();
        long seed = self.dhtKey().bytes().asReadOnlyByteBuffer().getLong() ^ world.clock().millis();
        this.loop = new CoreLoop<>(LoopSettings.named("dht"), () -> birth(seed), this,
                world.timers(), world.meters(), world.onFatal());
        measure(world.meters());
    }

    /// What the DHT works with.
    record Parts(DhtCalls calls, KnownRecords known, RememberedPeers remembered,
            PeerConnections connections) {}

    private Birth<Input, Effect> birth(long seed) {
        Dht core = new Dht(self, properties.limits(), seed);
        return new Birth<>(input -> {
            List<Effect> effects = core.apply(input);
            tally = core.tally();
            return effects;
        }, List.of());
    }

    private void measure(MeterRegistry meters) {
        Gauge.builder("dchat.dht.contacts", this, dht -> dht.tally.contacts()).register(meters);
        Gauge.builder("dchat.dht.records", this, dht -> dht.tally.records()).register(meters);
        Gauge.builder("dchat.dht.published", this, dht -> dht.tally.published()).register(meters);
        FunctionCounter.builder("dchat.dht.lookups", this, dht -> dht.tally.lookups())
                .register(meters);
        FunctionCounter.builder("dchat.dht.calls", this, dht -> dht.tally.calls()).register(meters);
        FunctionCounter.builder("dchat.dht.calls.failed", this, dht -> dht.tally.callsFailed())
                .register(meters);
        FunctionCounter.builder("dchat.dht.requests", this, dht -> dht.tally.requests())
                .register(meters);
    }

    /// Enters the network.
    void start(List<Certified<PeerRecord>> own) throws IOException {
        loop.start();
        long now = world.clock().millis();
        loop.answer(new Input.OwnRecords(own, now));
        loop.answer(new Input.Bootstrap(properties.entries(), parts.remembered.load(now), now));
    }

    /// Tells of new own records.
    void renew(List<Certified<PeerRecord>> own) {
        tell(new Input.OwnRecords(own, world.clock().millis()));
    }

    /// Stops answering and asking.
    void stop() {
        loop.close();
    }

    @Override
    public void crash() {
        loop.abandon();
    }

    /// Sizes and counts.
    public Tally tally() {
        return tally;
    }

    /// Checks a peer that was heard of elsewhere.
    public void seen(Certified<PeerRecord> record) {
        boolean _ = offer(new Input.PeerSeen(record, world.clock().millis()));
    }

    /// Looks for something. Blocks until it is found or not.
    ///
    /// @throws DiscoveryUnavailableException when it could not be looked for
    Outcome lookup(Query query) {
        long id = nextId.getAndIncrement();
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        lookups.put(id, outcome);
        try {
            if (!offer(new Input.Lookup(id, query, world.clock().millis()))) {
                throw new DiscoveryUnavailableException("lookup: the DHT is busy or not running");
            }
            return await(outcome, LOOKUP_PATIENCE, "lookup of " + query.target().shortName());
        } finally {
            lookups.remove(id);
        }
    }

    /// Publishes a record and keeps it up. Blocks until it has been placed.
    ///
    /// @throws DiscoveryUnavailableException when it is refused
    int publish(VerifiedRecord record) {
        long id = nextId.getAndIncrement();
        CompletableFuture<Effect.Published> published = new CompletableFuture<>();
        publications.put(id, published);
        try {
            if (!offer(new Input.Publish(id, record, world.clock().millis()))) {
                throw new DiscoveryUnavailableException("publish: the DHT is busy or not running");
            }
            Effect.Published result = await(published, LOOKUP_PATIENCE, "publish of " + record);
            result.rejection().ifPresent(rejection -> {
                throw new DiscoveryUnavailableException("publish of " + record + ": "
                        + rejection.name() + ": " + rejection.reason());
            });
            return result.copies();
        } finally {
            publications.remove(id);
        }
    }

    /// No longer keeps a record up.
    void withdraw(RecordKey key) {
        tell(new Input.Withdraw(key, world.clock().millis()));
    }

    /// Nothing waits for a core that never begins.
    private boolean offer(Input input) {
        return properties.dhtEnabled() && loop.offer(input);
    }

    private void tell(Input input) {
        if (properties.dhtEnabled()) {
            loop.answer(input);
        }
    }

    /// Answers another node, or says why not.
    Verified<Response> answer(Caller caller, Request request) {
        if (!properties.dhtEnabled()) {
            return Verified.rejected(RejectionCode.UNAVAILABLE, "no DHT here");
        }
        long id = nextId.getAndIncrement();
        CompletableFuture<Response> answer = new CompletableFuture<>();
        answers.put(id, answer);
        try {
            return offer(new Input.RequestReceived(id, caller, request, world.clock().millis()))
                    ? Verified.accepted(await(answer, ANSWER_PATIENCE, "answer"))
                    : busy();
        } catch (DiscoveryUnavailableException _) {
            return busy();
        } finally {
            answers.remove(id);
        }
    }

    private static Verified<Response> busy() {
        return Verified.rejected(RejectionCode.OVERLOADED, "too many requests at once");
    }

    private static <T> T await(CompletableFuture<T> future, Duration patience, String what) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new DiscoveryUnavailableException(
                    what + ": nothing within " + patience.toSeconds() + " s");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new DiscoveryUnavailableException(what + ": interrupted");
        } catch (ExecutionException failed) {
            throw new IllegalStateException(what, failed.getCause());
        }
    }

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
            case Effect.Call call -> execute(() -> loop.answer(parts.calls.perform(call)));
            case Effect.Reply(long id, Response response) -> complete(answers, id, response);
            case Effect.LookupDone(long id, Outcome outcome) -> complete(lookups, id, outcome);
            case Effect.Published published ->
                complete(publications, published.publishId(), published);
            case Effect.SetTimer(var timer, long delayMillis) ->
                world.timers().after(Duration.ofMillis(delayMillis),
                        () -> loop.answer(new Input.TimerElapsed(timer, world.clock().millis())));
            case Effect.RememberPeers(var peers) -> execute(() -> parts.remembered.save(peers));
            case Effect.PeerAlive(var record) -> {
                LOG.debug("event=peer-alive peer={}", record.value().peer().shortName());
                parts.known.heardOf(record);
                parts.known.answered(record.value().peer());
            }
            case Effect.PeerHeardOf(var record) -> parts.known.heardOf(record);
            case Effect.PeerSilent(PeerId peer) -> {
                LOG.debug("event=peer-silent peer={}", peer.shortName());
                parts.known.silent(peer);
                parts.connections.judge(peer, Deed.TIMED_OUT);
            }
            case Effect.Misbehaved(PeerId peer, var reason) -> {
                LOG.info("event=peer-misbehaved peer={} code={} reason=\"{}\"", peer.shortName(),
                        reason.name(), reason.reason());
                parts.connections.judge(peer, Deed.MISBEHAVED);
            }
        }
    }

    private static <T> void complete(Map<Long, CompletableFuture<T>> futures, long id, T result) {
        CompletableFuture<T> future = futures.get(id);
        if (future != null) {
            future.complete(result);
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
