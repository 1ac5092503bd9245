package network.dchat.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import network.dchat.identity.NetworkId;
import network.dchat.mesh.ObjectId;
import network.dchat.mesh.ShardAdmission;
import network.dchat.mesh.SignedManifest;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.CorruptLogException;
import network.dchat.starter.log.LogPosition;
import network.dchat.starter.log.LogSettings;
import network.dchat.wire.v1.CertifiedManifest;
import network.dchat.wire.v1.ShardId;
import network.dchat.wire.v1.StorageRecord;
import network.dchat.wire.v1.StoredShard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The shards of one node: contents in the shard log, places in the index.
///
/// A put is acknowledged when its record is forced and its place is in the index. After a crash the
/// log is scanned from the index's watermark, so that no acknowledged shard is lost and none is
/// counted twice; an index that knows more than the log is built anew from the whole log. Used
/// bytes, those of shards and manifests, are exact: counted once at the start, then kept.
public final class ShardStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardStore.class);
    private static final int RECORD_BYTES = 512 * 1024;
    private static final int SCAN_BATCH = 256;
    private static final int WAIT_SECONDS = 30;

    private final Path directory;
    private final StorageProperties properties;
    private final NetworkId network;
    private final ShardIndex index;
    private final IndexQueue queue;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong shards = new AtomicLong();
    private final Map<ShardKey, CompletableFuture<PutOutcome>> underWay = new ConcurrentHashMap<>();
    /// Read-locked from before a record is appended until its place is indexed.
    private final StampedLock unindexed = new StampedLock();
    private final LogSettings settings;
    private volatile AppendLog log;
    private boolean stopped;

    /// Opens the store and brings the index up to the log.
    ///
    /// @param nodeName the name that its thread carries
    /// @throws CorruptLogException when the shard log is damaged
    public ShardStore(String nodeName, Path directory, StorageProperties properties,
            NetworkId network, ShardIndex index) throws IOException {
        this.directory = directory;
        this.properties = properties;
        this.network = network;
        this.index = index;
        this.settings = new LogSettings(Math.toIntExact(properties.segment().toBytes()),
                RECORD_BYTES);
        this.log = AppendLog.open(directory, settings);
        catchUp();
        ShardIndex.Usage usage = index.usage();
        usedBytes.set(usage.bytes());
        shards.set(usage.shards());
        this.queue = new IndexQueue(index, nodeName);
    }

    /// How a put ended.
    public enum PutOutcome {
        /// Durable now.
        STORED,
        /// It was durable already.
        KNOWN,
        /// No room left for it.
        NO_ROOM
    }

    /// Stores an admitted shard durably.
    ///
    /// @throws IOException when it did not become durable or nobody knows
    public PutOutcome put(ShardAdmission.Admitted admitted, ByteString data) throws IOException {
        ShardKey key = new ShardKey(admitted.manifest().id(), admitted.stripe(), admitted.index());
        CompletableFuture<PutOutcome> mine = new CompletableFuture<>();
        CompletableFuture<PutOutcome> others = underWay.putIfAbsent(key, mine);
        if (others != null) {
            PutOutcome outcome = await(others);
            return outcome == PutOutcome.STORED ? PutOutcome.KNOWN : outcome;
        }
        CompletableFuture<PutOutcome> ended = mine
                .whenComplete((_, _) -> underWay.remove(key, mine));
        try {
            begin(key, admitted.manifest(), data, mine);
        } catch (IOException | RuntimeException e) {
            mine.completeExceptionally(e);
        }
        return await(ended);
    }

    private void begin(ShardKey key, SignedManifest manifest, ByteString data,
            CompletableFuture<PutOutcome> outcome) throws IOException {
        ShardIndex.Presence known = index.presence(key);
        if (known.shard()) {
            outcome.complete(PutOutcome.KNOWN);
            return;
        }
        boolean first = !known.object();
        long bytes = (long) data.size() + (first ? manifest.certified().getSerializedSize() : 0);
        if (!hasDisk() || !reserve(bytes)) {
            outcome.complete(PutOutcome.NO_ROOM);
            return;
        }
        List<ByteString> records = new ArrayList<>();
        if (first) {
            records.add(StorageRecord.newBuilder().setManifest(manifest.certified()).build()
                    .toByteString());
        }
        records.add(record(key, data));
        CompletableFuture<?> _ = store(records, bytes, positions -> queue.write(
                first ? List.of(new IndexedManifest(manifest, positions.getFirst())) : List.of(),
                List.of(new IndexedShard(key, positions.getLast(), data.size())),
                positions.getLast())).whenComplete((_, failure) -> {
                    if (failure == null) {
                        outcome.complete(PutOutcome.STORED);
                    } else {
                        outcome.completeExceptionally(failure);
                    }
                });
    }

    /// Puts the places of records into the index.
    @FunctionalInterface
    private interface Indexing {
        CompletableFuture<ShardIndex.Usage> write(List<LogPosition> positions);
    }

    /// Appends records whose bytes are reserved, then indexes them; what turns out not to be new is
    /// released again.
    private CompletableFuture<ShardIndex.Usage> store(List<ByteString> records, long reserved,
            Indexing indexing) throws IOException {
        long stamp = unindexed.readLock();
        boolean appended = false;
        try {
            List<LogPosition> positions = append(records);
            appended = true;
            return indexing.write(positions).whenComplete((added, failure) -> {
                ShardIndex.Usage kept = failure == null ? added : ShardIndex.Usage.NOTHING;
                usedBytes.addAndGet(kept.bytes() - reserved);
                shards.addAndGet(kept.shards());
                unindexed.unlockRead(stamp);
            });
        } finally {
            if (!appended) {
                usedBytes.addAndGet(-reserved);
                unindexed.unlockRead(stamp);
            }
        }
    }

    /// The bytes of a shard; empty when it is not held.
    public Optional<ByteString> get(ShardKey key) throws IOException {
        Optional<IndexedShard> place = index.find(key);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(log.read(place.get().position())).getShard().getData());
        } catch (IOException | IllegalArgumentException e) {
            if (index.find(key).isEmpty()) {
                return Optional.empty();
            }
            throw new IOException("shard at " + place.get().position() + " cannot be read", e);
        }
    }

    /// Buries all lower versions of the tombstone's object, durably. A tombstone that buries
    /// something is taken even by a node that is full.
    ///
    /// @throws IOException when it did not become durable or nobody knows
    public PutOutcome bury(SignedManifest tombstone) throws IOException {
        if (index.knows(tombstone.id())) {
            return PutOutcome.KNOWN;
        }
        long bytes = tombstone.certified().getSerializedSize();
        if (!hasDisk()) {
            return PutOutcome.NO_ROOM;
        }
        if (index.holdsOlder(tombstone.object())) {
            usedBytes.addAndGet(bytes);
        } else if (!reserve(bytes)) {
            return PutOutcome.NO_ROOM;
        }
        await(store(
                List.of(StorageRecord
                        .newBuilder().setTombstone(tombstone.certified()).build().toByteString()),
                bytes,
                positions -> queue.write(
                        List.of(new IndexedManifest(tombstone, positions.getFirst())), List.of(),
                        positions.getFirst())));
        return PutOutcome.STORED;
    }

    /// The index, for reading.
    public ShardIndex index() {
        return index;
    }

    /// Forgets what expired and deletes segments in which nothing lies any more.
    public void sweep(long nowMillis) throws IOException {
        ShardIndex.Usage freed = index.sweep(nowMillis);
        usedBytes.addAndGet(-freed.bytes());
        shards.addAndGet(-freed.shards());
        Optional<Integer> settled = settledSegments();
        Optional<LogPosition> indexed = index.watermark();
        if (settled.isEmpty() || indexed.isEmpty()) {
            return;
        }
        Set<Integer> used = new TreeSet<>(index.segmentsInUse());
        int end = Math.min(indexed.get().segment(), settled.get());
        for (int segment = 0; segment < end; segment++) {
            if (!used.contains(segment) && log.drop(segment)) {
                LOG.info("event=segment-dropped segment={}", segment);
            }
        }
    }

    /// Below this segment every record is indexed, or never will be; empty when nobody could tell
    /// soon.
    private Optional<Integer> settledSegments() {
        try {
            long stamp = unindexed.tryWriteLock(1, TimeUnit.SECONDS);
            if (stamp == 0) {
                return Optional.empty();
            }
            int tail = log.tailSegment();
            unindexed.unlockWrite(stamp);
            return Optional.of(tail);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// Bytes of all shards and manifests held, exact.
    public long usedBytes() {
        return usedBytes.get();
    }

    /// Number of shards held.
    public long shards() {
        return shards.get();
    }

    /// Stops as a crash would.
    void crash() throws IOException {
        stopAppending();
        log.abandon();
        queue.close();
    }

    @Override
    public void close() throws IOException {
        stopAppending();
        queue.close();
        log.close();
    }

    private static <T> T await(CompletableFuture<T> outcome) throws IOException {
        try {
            return outcome.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("not stored: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("the shard index did not answer within 30 s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the shard index was written", e);
        }
    }

    private boolean hasDisk() throws IOException {
        return Files.getFileStore(directory).getUsableSpace() >= properties.reserve().toBytes();
    }

    private boolean reserve(long bytes) {
        long after = usedBytes.addAndGet(bytes);
        if (after > properties.capacity().toBytes()) {
            usedBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /// Appends; after a failure the log is opened again, since only that tells what is on disk.
    private List<LogPosition> append(List<ByteString> records) throws IOException {
        AppendLog current = log;
        try {
            return current.append(records);
        } catch (IOException e) {
            reopen(current);
            throw e;
        }
    }

    /// From now on the log is not opened again: its directory may belong to the next life.
    private synchronized void stopAppending() {
        stopped = true;
    }

    private synchronized void reopen(AppendLog failed) throws IOException {
        if (!stopped && failed.equals(log)) {
            failed.abandon();
            log = AppendLog.open(directory, settings);
        }
    }

    private static ByteString record(ShardKey key, ByteString data) {
        return StorageRecord.newBuilder()
                .setShard(StoredShard.newBuilder()
                        .setId(ShardId.newBuilder().setObject(key.object().bytes())
                                .setStripe(key.stripe()).setIndex(key.index()))
                        .setData(data))
                .build().toByteString();
    }

    private void catchUp() throws IOException {
        LogPosition from = index.watermark().orElse(new LogPosition(0, 0));
        if (index.watermark().isPresent() && !holdsRecord(from)) {
            LOG.warn("event=shard-index-ahead watermark={}", from);
            index.clear();
            from = new LogPosition(0, 0);
        }
        List<IndexedManifest> manifests = new ArrayList<>();
        List<IndexedShard> found = new ArrayList<>();
        long[] scanned = new long[1];
        LogPosition[] last = {from};
        log.forEach(from, (position, bytes) -> {
            StorageRecord record = parse(bytes);
            switch (record.getRecordCase()) {
                case MANIFEST -> add(manifests, record.getManifest(), position);
                case TOMBSTONE -> add(manifests, record.getTombstone(), position);
                case SHARD -> found.add(indexed(record.getShard(), position));
                case RECORD_NOT_SET -> throw new CorruptLogException(
                        "shard log " + directory + ": unknown record at " + position);
            }
            scanned[0]++;
            last[0] = position;
            if (found.size() + manifests.size() >= SCAN_BATCH) {
                index.write(manifests, found, position);
                manifests.clear();
                found.clear();
            }
        });
        if (scanned[0] > 0) {
            index.write(manifests, found, last[0]);
        }
        LOG.info("event=shard-log-scanned records={}", scanned[0]);
    }

    /// The watermark's segment is never dropped, so a log without its record is another one.
    private boolean holdsRecord(LogPosition position) {
        try {
            return parse(log.read(position))
                    .getRecordCase() != StorageRecord.RecordCase.RECORD_NOT_SET;
        } catch (IOException | IllegalArgumentException | CorruptLogException _) {
            return false;
        }
    }

    private void add(List<IndexedManifest> manifests, CertifiedManifest certified,
            LogPosition position) {
        SignedManifest.verify(certified, network).toOptional()
                .ifPresent(signed -> manifests.add(new IndexedManifest(signed, position)));
    }

    private static IndexedShard indexed(StoredShard shard, LogPosition position) {
        ObjectId object = ObjectId.parse(shard.getId().getObject())
                .orElseThrow(() -> new CorruptLogException("shard without an object id"));
        return new IndexedShard(
                new ShardKey(object, shard.getId().getStripe(), shard.getId().getIndex()), position,
                shard.getData().size());
    }

    private static StorageRecord parse(ByteString bytes) {
        try {
            return StorageRecord.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptLogException("shard log record does not decode: " + e.getMessage());
        }
    }
}
