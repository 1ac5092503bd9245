package network.dchat.meshaccess;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import network.dchat.identity.Rejection;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.Effect;
import network.dchat.mesh.Input;
import network.dchat.mesh.Mesh;
import network.dchat.mesh.MeshLimits;
import network.dchat.mesh.MeshTimings;
import network.dchat.mesh.SignedManifest;
import network.dchat.mesh.StorageNode;
import network.dchat.mesh.StoredObject;
import network.dchat.starter.loop.Birth;
import network.dchat.starter.loop.CoreLoop;
import network.dchat.starter.loop.LoopSettings;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.starter.status.Crashable;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.RejectionCode;

/// The storage mesh as a service sees it: put, list and get objects. Safe for many threads.
///
/// A put that was told [PutProgress.Queued] is durable in this node's queue: after a crash it
/// goes on by itself.
public final class MeshAccess implements Crashable, AutoCloseable {
    private final QueueStore store;
    private final MeshEffects effects;
    private final CoreLoop<Stamped, Effect> loop;
    private final InstantSource clock;
    private final AtomicLong operations = new AtomicLong();

    MeshAccess(String nodeName, NodeIdentity identity, QueueStore store, MeshEffects effects,
            LoopTimers timers, InstantSource clock, MeterRegistry meters) {
        this.store = store;
        this.effects = effects;
        this.clock = clock;
        this.loop = new CoreLoop<>(LoopSettings.named(nodeName + "-mesh"), () -> {
            long life = effects.begin(store.alive());
            Mesh mesh = new Mesh(identity.networkId(), MeshLimits.defaults(),
                    MeshTimings.defaults(), clock.millis());
            return new Birth<>(
                    stamped -> stamped.life() == Stamped.ANY || stamped.life() == life
                            ? mesh.apply(stamped.input())
                            : List.of(),
                    List.of(Stamped.any(new Input.NodesChanged(effects.nodes(), clock.millis())),
                            Stamped.any(new Input.Restored(store.alive(), clock.millis()))));
        }, effects, timers, meters, () -> effects.broken("the mesh planner stopped"));
        effects.attach(loop);
    }

    void start() throws IOException {
        loop.start();
    }

    /// Told by the registry.
    void nodesChanged(List<StorageNode> nodes) {
        loop.answer(Stamped.any(new Input.NodesChanged(nodes, clock.millis())));
    }

    /// The registered storage nodes known now.
    public List<StorageNode> nodes() {
        return effects.nodes();
    }

    /// Stores an object (or, with an empty one, leaves the tombstone of the manifest).
    ///
    /// @param progress told what becomes of it, on the planner's thread: must not block
    public void put(SignedManifest manifest, ByteString object, CertifiedGrant grant,
            Consumer<PutProgress> progress) {
        effects.watch(manifest.id(), progress);
        if (!offer(new Input.Put(manifest, object, grant, clock.millis()))) {
            effects.unwatch(manifest.id(), progress);
            progress.accept(new PutProgress.Failed(overloaded()));
        }
    }

    /// The objects of a collection; fails with [MeshRefusedException].
    public CompletableFuture<Listing> list(WalletAddress owner, String collection, String name,
            CertifiedGrant grant) {
        long operation = operations.incrementAndGet();
        CompletableFuture<Listing> listing = effects.awaitListing(operation);
        if (!offer(new Input.List(operation, owner, collection, name, grant, clock.millis()))) {
            effects.refused(operation, overloaded());
        }
        return listing;
    }

    /// The bytes of an object, all in memory; fails with [MeshRefusedException].
    public CompletableFuture<ByteString> get(StoredObject object, CertifiedGrant grant) {
        long operation = operations.incrementAndGet();
        CompletableFuture<ByteString> bytes = effects.awaitObject(operation);
        if (!offer(new Input.Get(operation, object, grant, clock.millis()))) {
            effects.refused(operation, overloaded());
        }
        return bytes;
    }

    private boolean offer(Input input) {
        return loop.offer(Stamped.any(input));
    }

    private static Rejection overloaded() {
        return new Rejection(RejectionCode.OVERLOADED, "the mesh planner's queue is full");
    }

    @Override
    public void crash() {
        loop.abandon();
        try {
            store.abandon();
        } catch (IOException e) {
            throw new UncheckedIOException("queue log could not be abandoned", e);
        }
    }

    @Override
    public void close() throws IOException {
        loop.close();
        store.close();
    }
}
