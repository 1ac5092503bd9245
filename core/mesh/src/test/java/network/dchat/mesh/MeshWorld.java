package network.dchat.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import network.dchat.erasure.ErasureScheme;
import network.dchat.identity.PeerId;
import network.dchat.simulation.Seed;
import network.dchat.simulation.Simulation;
import network.dchat.simulation.SimulationSettings;
import network.dchat.simulation.Tearing;
import network.dchat.wire.v1.CertifiedGrant;

/// A writer and its storage nodes in one simulation.
final class MeshWorld {
    static final String WRITER = "writer";
    private static final ObjectCodec CODEC = new ObjectCodec(ErasureScheme.TEN_FIVE);
    private static final CertifiedGrant NO_GRANT = CertifiedGrant.getDefaultInstance();

    final Simulation<Frame, Event> simulation;
    final List<Effect> told = new ArrayList<>();
    final Map<PeerId, String> names = new LinkedHashMap<>();
    final Map<ObjectId, ByteString> objects = new TreeMap<>();
    private final Map<String, StorageMachine.Manners> manners = new HashMap<>();
    private List<StorageNode> registered;
    private long lastOperation;

    MeshWorld(Seed seed, SimulationSettings settings, int storageNodes) {
        simulation = new Simulation<>(seed,
                settings.withDisk(settings.disk().withTearing(Tearing.TRANSACTIONS)));
        registered = Keys.storageNodes(storageNodes);
        registered.forEach(this::addStorage);
        simulation.add(WRITER,
                boot -> new WriterMachine(boot, MeshLimits.defaults(), names, () -> registered));
        simulation.observe((_, event) -> told.add((Effect) event));
        simulation.runFor(1);
    }

    private void addStorage(StorageNode node) {
        String name = "storage" + (names.size() + 1);
        names.put(node.peer(), name);
        simulation.add(name, boot -> new StorageMachine(boot,
                () -> manners.getOrDefault(name, StorageMachine.Manners.HONEST)));
    }

    List<String> storageNodes() {
        return List.copyOf(names.values());
    }

    void behave(String node, StorageMachine.Manners how) {
        manners.put(node, how);
    }

    /// Starts further storage nodes and registers them.
    void register(int total) {
        List<StorageNode> all = Keys.storageNodes(total);
        all.subList(registered.size(), total).forEach(this::addStorage);
        registered = all;
        feed(now -> new Input.NodesChanged(registered, now));
    }

    ObjectId put(String name, int size) {
        return put(name, 1, size);
    }

    ObjectId put(String name, long version, int size) {
        ByteString object = ByteString.copyFrom(simulation.random().bytes(size));
        SignedManifest manifest = SignedManifest
                .byDevice(
                        CODEC.describe(Keys.name(name, version), object, Keys.NOW,
                                Keys.NOW + 30 * Keys.DAY),
                        Keys.NETWORK, Keys.DEVICE, Keys.CERTIFICATE);
        objects.put(manifest.id(), object);
        feed(now -> new Input.Put(manifest, object, NO_GRANT, now));
        return manifest.id();
    }

    ObjectId delete(String name, long version) {
        SignedManifest tombstone = SignedManifest.byOwner(
                new Manifest.Deleted(Keys.name(name, version), Keys.NOW, Keys.NOW + 30 * Keys.DAY),
                Keys.NETWORK, Keys.OWNER);
        feed(now -> new Input.Put(tombstone, ByteString.EMPTY, NO_GRANT, now));
        return tombstone.id();
    }

    /// Lists the history and waits for the answer.
    Effect.Listed list(long withinMillis) {
        return list("", withinMillis);
    }

    Effect.Listed list(String name, long withinMillis) {
        long operation = ++lastOperation;
        feed(now -> new Input.List(operation, Keys.ADDRESS, ObjectName.HISTORY, name, NO_GRANT,
                now));
        simulation.runUntil("list " + operation, withinMillis, () -> listed(operation).isPresent());
        return listed(operation).orElseThrow();
    }

    /// Reads an object and waits until it is there.
    ByteString get(StoredObject object, long withinMillis) {
        long operation = ++lastOperation;
        feed(now -> new Input.Get(operation, object, NO_GRANT, now));
        simulation.runUntil("get " + operation, withinMillis, () -> done(operation).isPresent());
        ByteString bytes = ByteString.EMPTY;
        int stripe = 0;
        for (Effect.StripeRead read : all(Effect.StripeRead.class)) {
            if (read.operation() == operation) {
                assertThat(read.stripe()).isEqualTo(stripe++);
                bytes = bytes.concat(read.bytes());
            }
        }
        return bytes;
    }

    /// Everything that was put can be listed and read, byte for byte.
    void assertReadable(long withinMillis) {
        Effect.Listed listed = list(withinMillis);
        assertThat(listed.objects().stream().map(object -> object.manifest().id()))
                .containsExactlyInAnyOrderElementsOf(objects.keySet());
        for (StoredObject object : listed.objects()) {
            assertThat(get(object, withinMillis)).isEqualTo(objects.get(object.manifest().id()));
        }
    }

    void runUntilStored(ObjectId object, long withinMillis) {
        simulation.runUntil("stored " + object, withinMillis, () -> stored(object).isPresent());
    }

    void runUntilSettled(ObjectId object, long withinMillis) {
        simulation.runUntil("settled " + object, withinMillis, () -> settled(object).isPresent());
    }

    Optional<PutStatus> stored(ObjectId object) {
        return all(Effect.PutStored.class).stream().map(Effect.PutStored::status)
                .filter(status -> status.object().equals(object)).reduce((_, last) -> last);
    }

    Optional<PutStatus> settled(ObjectId object) {
        return all(Effect.PutSettled.class).stream().map(Effect.PutSettled::status)
                .filter(status -> status.object().equals(object)).findFirst();
    }

    <T extends Effect> List<T> all(Class<T> kind) {
        return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    void feed(LongFunction<Input> input) {
        simulation.feed(WRITER, now -> new Event.ToMesh(input.apply(now)));
    }

    private Optional<Effect.Listed> listed(long operation) {
        failed(operation);
        return all(Effect.Listed.class).stream().filter(list -> list.operation() == operation)
                .findFirst();
    }

    private Optional<Effect.GetDone> done(long operation) {
        failed(operation);
        return all(Effect.GetDone.class).stream().filter(done -> done.operation() == operation)
                .findFirst();
    }

    private void failed(long operation) {
        for (Effect.ReadFailed failed : all(Effect.ReadFailed.class)) {
            if (failed.operation() == operation) {
                throw simulation.failure("read " + operation + ": " + failed.rejection());
            }
        }
    }
}
