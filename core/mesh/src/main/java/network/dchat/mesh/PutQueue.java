package network.dchat.mesh;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.PeerId;
import network.dchat.identity.Rejection;
import network.dchat.wire.v1.PutProgress;
import network.dchat.wire.v1.RejectionCode;

/// The writer's durable queue: what was promised to be stored and is not settled yet.
final class PutQueue implements PutOperation.Queue {
    private static final String PUT = "put/";
    private static final String PROGRESS = "progress/";

    private final Desk desk;
    private final LinkedHashMap<ObjectId, PutOperation> puts = new LinkedHashMap<>();
    private final Deque<PutOperation> ready = new ArrayDeque<>();
    private long bytes;
    private long lastNumber;
    private int running;
    private boolean starting;
    private long nowMillis;

    PutQueue(Desk desk) {
        this.desk = desk;
    }

    /// Tells the queue the time of the input that is being carried out.
    void at(long millis) {
        nowMillis = millis;
    }

    /// Takes over what earlier lives persisted, in the order in which it was put.
    void restore(Map<String, ByteString> records) {
        List<QueuedObject> restored = new ArrayList<>();
        records.forEach((key, value) -> {
            if (key.startsWith(PUT)) {
                restored.add(QueuedObject.decode(value, desk.network()));
            }
        });
        restored.sort(Comparator.comparingLong(QueuedObject::number));
        for (QueuedObject queued : restored) {
            PutOperation put = enter(queued);
            ByteString progress = records.get(PROGRESS + queued.id());
            if (progress != null) {
                put.resume(durable(progress), nowMillis);
            }
        }
        start();
    }

    /// Accepts a put, durably, or refuses it.
    void put(SignedManifest manifest, Input.Put input) {
        PutOperation known = puts.get(manifest.id());
        if (known != null && known.queued().manifest().manifest().equals(manifest.manifest())) {
            known.repeat();
            return;
        }
        Optional<Rejection> refusal = known != null
                ? refusal(RejectionCode.CONFLICT, "another object of this name is in the queue")
                : check(manifest, input);
        if (refusal.isPresent()) {
            desk.outbox().add(new Effect.PutFailed(manifest.id(), refusal.get()));
            return;
        }
        QueuedObject queued = new QueuedObject(lastNumber + 1, manifest, input.object(),
                input.grant(), nowMillis);
        desk.outbox().add(new Effect.Persist(
                List.of(new QueueWrite.Save(PUT + queued.id(), queued.encode()))));
        desk.outbox().add(new Effect.PutQueued(queued.id()));
        enter(queued);
        start();
    }

    /// Tries at once what waited for the node.
    void reachable(PeerId node) {
        puts.values().stream().filter(put -> put.waitsFor(node)).forEach(this::makeReady);
        start();
    }

    /// Tries at once what waits: other nodes may be responsible now.
    void nodesChanged() {
        puts.values().stream().filter(PutOperation::isIdle).forEach(this::makeReady);
        start();
    }

    @Override
    public void roundOver(PutOperation put) {
        running--;
        start();
    }

    @Override
    public void wantsRound(PutOperation put) {
        makeReady(put);
        start();
    }

    @Override
    public void saveProgress(PutOperation put) {
        PutProgress.Builder progress = PutProgress.newBuilder();
        put.status().durable().forEach(shard -> progress.addShardsBuilder().setIndex(shard.index())
                .setNode(shard.node().toBytes()));
        desk.outbox()
                .add(new Effect.Persist(List.of(new QueueWrite.Save(PROGRESS + put.queued().id(),
                        progress.build().toByteString()))));
    }

    @Override
    public void remove(PutOperation put) {
        ObjectId id = put.queued().id();
        puts.remove(id);
        bytes -= put.queued().bytes().size();
        desk.outbox().add(new Effect.Persist(
                List.of(new QueueWrite.Remove(PUT + id), new QueueWrite.Remove(PROGRESS + id))));
    }

    private PutOperation enter(QueuedObject queued) {
        PutOperation put = new PutOperation(desk, this, queued);
        puts.put(queued.id(), put);
        bytes += queued.bytes().size();
        lastNumber = queued.number();
        makeReady(put);
        return put;
    }

    private void makeReady(PutOperation put) {
        if (!ready.contains(put)) {
            ready.add(put);
        }
    }

    /// Begins rounds while there is room. A round that ends at once comes back here: it only
    /// counts.
    private void start() {
        if (starting) {
            return;
        }
        starting = true;
        while (running < desk.limits().maximumRunningPuts() && !ready.isEmpty()) {
            PutOperation next = ready.remove();
            if (next.isIdle()) {
                running++;
                next.run(nowMillis);
            }
        }
        starting = false;
    }

    private Optional<Rejection> check(SignedManifest manifest, Input.Put input) {
        MeshLimits limits = desk.limits();
        long length = input.object().size();
        long expected = switch (manifest.manifest()) {
            case Manifest.Stored stored -> stored.layout().length();
            case Manifest.Deleted _ -> 0;
        };
        if (length != expected) {
            return refusal(RejectionCode.INVALID,
                    "object: " + length + " bytes (expected: " + expected + ")");
        }
        if (length > limits.maximumObjectBytes()) {
            return refusal(RejectionCode.TOO_LARGE, "object: " + length + " bytes (expected: up to "
                    + limits.maximumObjectBytes() + ")");
        }
        if (manifest.manifest().isExpired(nowMillis)) {
            return refusal(RejectionCode.EXPIRED, "manifest: expired");
        }
        if (puts.size() >= limits.maximumQueuedPuts()) {
            return refusal(RejectionCode.OVERLOADED, "queue: " + puts.size() + " puts");
        }
        if (bytes + length > limits.maximumQueueBytes()) {
            return refusal(RejectionCode.OVERLOADED, "queue: " + bytes + " bytes");
        }
        return Optional.empty();
    }

    private static Optional<Rejection> refusal(RejectionCode code, String reason) {
        return Optional.of(new Rejection(code, reason));
    }

    private static List<PutStatus.DurableShard> durable(ByteString record) {
        try {
            return PutProgress.parseFrom(record).getShardsList().stream()
                    .map(shard -> new PutStatus.DurableShard(shard.getIndex(),
                            PeerId.parse(shard.getNode()).orElseThrow()))
                    .toList();
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("put progress: does not decode", broken);
        }
    }
}
