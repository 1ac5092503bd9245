package network.dchat.surrogate;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import network.dchat.client.Archive;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.identity.SigningKey;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.PutStatus;
import network.dchat.mesh.SignedManifest;
import network.dchat.mesh.StoredObject;
import network.dchat.meshaccess.Listing;
import network.dchat.meshaccess.MeshRefusedException;
import network.dchat.meshaccess.PutProgress;
import network.dchat.wire.v1.CertifiedGrant;
import network.dchat.wire.v1.RejectionCode;

/// The mesh in memory: every put complete at once. Objects can be lost or damaged.
public final class MemoryArchive implements Archive {
    private static final PeerId NODE = PeerId
            .of(SigningKey.fromSeed(ByteString.copyFrom(new byte[32])).publicKey());

    private final Map<String, ByteString> bytes = new ConcurrentSkipListMap<>();
    private final Map<String, SignedManifest> manifests = new ConcurrentSkipListMap<>();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final AtomicInteger gets = new AtomicInteger();
    private volatile boolean away;
    private volatile boolean holding;
    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();

    /// The names of all objects of an owner, in order.
    public List<String> names(WalletAddress owner) {
        return manifests.values().stream().map(SignedManifest::object)
                .filter(object -> object.owner().equals(owner)).map(object -> object.name())
                .toList();
    }

    /// An object cannot be had from now on, or again.
    public void lose(String name, boolean isLost) {
        if (isLost) {
            lost.add(name);
        } else {
            lost.remove(name);
        }
    }

    /// An object has other bytes from now on.
    public void replace(String name, ByteString other) {
        bytes.put(name, other);
    }

    /// The bytes of an object.
    public ByteString bytes(String name) {
        return Optional.ofNullable(bytes.get(name)).orElseThrow();
    }

    /// Nobody answers from now on, or everybody again.
    public void away(boolean isAway) {
        away = isAway;
    }

    /// Nobody is told what becomes of puts from now on, or all are, of those before too.
    public void hold(boolean isHolding) {
        holding = isHolding;
        for (Runnable next = isHolding ? null : held.poll(); next != null; next = held.poll()) {
            next.run();
        }
    }

    /// How many puts wait to be told of.
    public int held() {
        return held.size();
    }

    /// How many objects were read.
    public int gets() {
        return gets.get();
    }

    @Override
    public void put(SignedManifest manifest, ByteString object, CertifiedGrant grant,
            Consumer<PutProgress> progress) {
        String name = manifest.object().name();
        if (manifests.putIfAbsent(name, manifest) != null) {
            throw new IllegalStateException(name + ": put twice");
        }
        bytes.put(name, object);
        List<PutStatus.DurableShard> durable = IntStream.range(0, 15)
                .mapToObj(index -> new PutStatus.DurableShard(index, NODE)).toList();
        Runnable outcome = () -> {
            progress.accept(new PutProgress.Queued());
            progress.accept(new PutProgress.Settled(new PutStatus(manifest.id(), durable, 15, 1)));
        };
        if (holding) {
            held.add(outcome);
        } else {
            outcome.run();
        }
    }

    @Override
    public CompletableFuture<Listing> list(WalletAddress owner, String collection, String name,
            CertifiedGrant grant) {
        if (away) {
            return refused("nobody is here");
        }
        List<Integer> all = IntStream.range(0, 15).boxed().toList();
        List<StoredObject> objects = manifests.values().stream()
                .filter(manifest -> manifest.object().owner().equals(owner))
                .map(manifest -> new StoredObject(manifest,
                        List.of(new StoredObject.Holding(NODE, all))))
                .toList();
        return CompletableFuture.completedFuture(new Listing(objects, 15, 15, false));
    }

    @Override
    public CompletableFuture<ByteString> get(StoredObject object, CertifiedGrant grant) {
        String name = object.object().name();
        if (away || lost.contains(name)) {
            return refused("9 of 10 shards");
        }
        gets.incrementAndGet();
        return CompletableFuture.completedFuture(bytes(name));
    }

    private static <T> CompletableFuture<T> refused(String reason) {
        return CompletableFuture.failedFuture(
                new MeshRefusedException(new Rejection(RejectionCode.UNAVAILABLE, reason)));
    }
}
