package network.dchat.meshaccess;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.mesh.Effect;
import network.dchat.mesh.Input;
import network.dchat.mesh.ObjectId;
import network.dchat.mesh.QueueWrite;
import network.dchat.mesh.ShardAnswer;
import network.dchat.mesh.ShardRequest;
import network.dchat.mesh.StorageNode;
import network.dchat.peers.Deed;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.EffectOrder;
import network.dchat.starter.loop.EffectRunner;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.wire.v1.RejectionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out the planner's effects: calls on virtual threads, the queue on its log, answers to
/// whoever asked.
final class MeshEffects implements EffectRunner<Effect> {
    private static final Logger LOG = LoggerFactory.getLogger(MeshEffects.class);

    private final QueueStore store;
    private final PeerChannels channels;
    private final Executor executor;
    private final LoopTimers timers;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final ShardCalls calls;
    private final Map<ObjectId, Consumer<PutProgress>> puts = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<Listing>> listings = new ConcurrentHashMap<>();
    private final Map<Long, Reading> readings = new ConcurrentHashMap<>();
    private volatile Supplier<List<StorageNode>> registry = List::of;
    private @Nullable CoreLoop<Stamped, Effect> loop;
    private volatile long life;

    MeshEffects(QueueStore store, PeerChannels channels, Executor executor, LoopTimers timers,
            InstantSource clock, MeterRegistry meters) {
        this.store = store;
        this.channels = channels;
        this.executor = executor;
        this.timers = timers;
        this.clock = clock;
        this.meters = meters;
        this.calls = new ShardCalls(channels);
    }

    void attach(CoreLoop<Stamped, Effect> owner) {
        loop = owner;
    }

    void registry(Supplier<List<StorageNode>> nodes) {
        registry = nodes;
    }

    List<StorageNode> nodes() {
        return registry.get();
    }

    void watch(ObjectId object, Consumer<PutProgress> progress) {
        puts.put(object, progress);
    }

    void unwatch(ObjectId object) {
        puts.remove(object);
    }

    /// Takes a watcher off, unless another has taken its place.
    void unwatch(ObjectId object, Consumer<PutProgress> progress) {
        puts.remove(object, progress);
    }

    CompletableFuture<Listing> awaitListing(long operation) {
        CompletableFuture<Listing> listing = new CompletableFuture<>();
        listings.put(operation, listing);
        return listing;
    }

    CompletableFuture<ByteString> awaitObject(long operation) {
        Reading reading = new Reading(new ArrayList<>(), new CompletableFuture<>());
        readings.put(operation, reading);
        return reading.done();
    }

    /// Ends a read without an answer.
    void refused(long operation, Rejection rejection) {
        MeshRefusedException refusal = new MeshRefusedException(rejection);
        CompletableFuture<Listing> listing = listings.remove(operation);
        if (listing != null) {
            listing.completeExceptionally(refusal);
        }
        Reading reading = readings.remove(operation);
        if (reading != null) {
            reading.done().completeExceptionally(refusal);
        }
    }

    /// Ends everything that waits: the planner is gone.
    void broken(String reason) {
        Rejection rejection = new Rejection(RejectionCode.UNAVAILABLE, reason);
        listings.keySet().forEach(operation -> refused(operation, rejection));
        readings.keySet().forEach(operation -> refused(operation, rejection));
        puts.keySet().forEach(object -> {
            tell(object, new PutProgress.Failed(rejection));
            unwatch(object);
        });
    }

    /// Begins a life of the planner: what an earlier one was reading ends, and so does what never
    /// came into the queue.
    ///
    /// @return the number of the life
    long begin(Map<String, ByteString> queue) {
        Rejection rejection = new Rejection(RejectionCode.UNAVAILABLE,
                "the queue could not be written");
        listings.keySet().forEach(operation -> refused(operation, rejection));
        readings.keySet().forEach(operation -> refused(operation, rejection));
        puts.keySet().stream().filter(object -> !queue.containsKey("put/" + object))
                .forEach(object -> {
                    tell(object, new PutProgress.Failed(rejection));
                    unwatch(object);
                });
        long next = life + 1;
        life = next;
        return next;
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
        List<QueueWrite> writes = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                writes.addAll(persist.writes());
            }
        }
        store.write(writes);
    }

    @Override
    public void run(Effect effect) {
        switch (effect) {
            case Effect.Persist _ -> throw new IllegalStateException(
                    "persist: run as an ordinary effect (expected: persisted)");
            case Effect.Call(long call, PeerId node, ShardRequest request, long timeout) ->
                call(call, node, request, timeout);
            case Effect.Query(long call, PeerId node, ShardRequest request, long timeout) ->
                call(call, node, request, timeout);
            case Effect.SetTimer(long timer, long delay) -> {
                long asker = life;
                timers.after(Duration.ofMillis(delay),
                        () -> answer(asker, new Input.TimerElapsed(timer, clock.millis())));
            }
            case Effect.PutQueued(ObjectId object) -> tell(object, new PutProgress.Queued());
            case Effect.PutStored(var status) ->
                tell(status.object(), new PutProgress.Stored(status));
            case Effect.PutSettled(var status) -> {
                tell(status.object(), new PutProgress.Settled(status));
                unwatch(status.object());
            }
            case Effect.PutWaits(var status, String reason) -> {
                LOG.info("event=put-waits object={} reason={}", status.object(), reason);
                tell(status.object(), new PutProgress.Waits(status, reason));
            }
            case Effect.PutFailed(ObjectId object, Rejection rejection) -> {
                tell(object, new PutProgress.Failed(rejection));
                unwatch(object);
            }
            case Effect.Listed listed -> listed(listed);
            case Effect.StripeRead(long operation, int _, ByteString bytes) ->
                stripe(operation, bytes);
            case Effect.GetDone(long operation, List<Integer> _) -> done(operation);
            case Effect.ReadFailed(long operation, Rejection rejection) ->
                refused(operation, rejection);
            case Effect.Report(PeerId node, var misbehaviour, String reason) -> {
                meters.counter("dchat.mesh.misbehaviour", "kind", misbehaviour.name()).increment();
                LOG.warn("event=storage-node-misbehaves node={} kind={} what={}", node.shortName(),
                        misbehaviour, reason);
                channels.judge(node, Deed.MISBEHAVED);
            }
        }
    }

    private void call(long call, PeerId node, ShardRequest request, long timeoutMillis) {
        long asker = life;
        try {
            executor.execute(() -> answer(asker, new Input.Answered(call,
                    calls.call(node, request, timeoutMillis), clock.millis())));
        } catch (RejectedExecutionException _) {
            answer(asker, new Input.Answered(call, new ShardAnswer.Failed("the node stops"),
                    clock.millis()));
        }
    }

    private void answer(long to, Input input) {
        CoreLoop<Stamped, Effect> owner = loop;
        if (owner != null) {
            owner.answer(new Stamped(to, input));
        }
    }

    private void tell(ObjectId object, PutProgress progress) {
        Consumer<PutProgress> watcher = puts.get(object);
        if (watcher != null) {
            watcher.accept(progress);
        }
    }

    private void listed(Effect.Listed listed) {
        CompletableFuture<Listing> listing = listings.remove(listed.operation());
        if (listing != null) {
            listing.complete(new Listing(listed.objects(), listed.answered(), listed.asked(),
                    listed.truncated()));
        }
    }

    private void stripe(long operation, ByteString bytes) {
        Reading reading = readings.get(operation);
        if (reading != null) {
            reading.stripes().add(bytes);
            answer(life, new Input.StripeConsumed(operation, clock.millis()));
        }
    }

    private void done(long operation) {
        Reading reading = readings.remove(operation);
        if (reading != null) {
            reading.done().complete(ByteString.copyFrom(reading.stripes()));
        }
    }

    /// An object as far as it is read. Filled by the planner's thread only.
    private record Reading(List<ByteString> stripes, CompletableFuture<ByteString> done) {}
}
