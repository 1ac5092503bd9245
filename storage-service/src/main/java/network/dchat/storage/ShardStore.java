package network.dchat.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
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
/// A put is acknowledged when its record is forced and its place is in the index. After a crash
/// the log
/// is scanned from the index's watermark, so that no acknowledged shard is lost and none is counted
/// twice. Used bytes are exact: counted once at the start, then kept.
public final class ShardStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardStore.class);
    private static final int RECORD_BYTES = 512 * 1024;
    private static final int SCAN_BATCH = 256;

    private final Path directory;
    private final StorageProperties properties;
    private final NetworkId network;
    private final ShardIndex index;
    private final IndexQueue queue;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong shards = new AtomicLong();
    private final LogSettings settings;
    private volatile AppendLog log;

    /// Opens the store and brings the index up to the log.
    ///
    /// @throws CorruptLogException when the shard log is damaged
    public ShardStore(Path directory, StorageProperties properties, NetworkId network,
            ShardIndex index) throws IOException {
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
        this.queue = new IndexQueue(index, directory.toString());
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
        SignedManifest manifest = admitted.manifest();
        ShardKey key = new ShardKey(manifest.id(), admitted.stripe(), admitted.index());
        if (index.find(key).isPresent()) {
            return PutOutcome.KNOWN;
        }
        if (!reserve(data.size())) {
            return PutOutcome.NO_ROOM;
        }
        boolean stored = false;
        try {
            List<ByteString> records = new ArrayList<>();
            boolean first = index.manifest(key.object()).isEmpty();
            if (first) {
                records.add(StorageRecord.newBuilder().setManifest(manifest.certified()).build()
                        .toByteString());
            }
            records.add(record(key, data));
            List<LogPosition> positions = append(records);
            boolean added = queue.write(first ? List.of(manifest) : List.of(),
                    List.of(new IndexedShard(key, positions.getLast(), data.size())),
                    positions.getLast());
            stored = added;
            if (added) {
                shards.incrementAndGet();
            }
            return added ? PutOutcome.STORED : PutOutcome.KNOWN;
        } finally {
            if (!stored) {
                usedBytes.addAndGet(-data.size());
            }
        }
    }

    /// The bytes of a shard; empty when it is not held.
    public Optional<ByteString> get(ShardKey key) throws IOException {
        Optional<IndexedShard> place = index.find(key);
        if (place.isEmpty()) {
            return Optional.empty();
        }
        StorageRecord record = parse(log.read(place.get().position()));
        return Optional.of(record.getShard().getData());
    }

    /// Buries all lower versions of the tombstone's object, durably.
    public void bury(SignedManifest tombstone) throws IOException {
        LogPosition position = append(List.of(StorageRecord.newBuilder()
                .setTombstone(tombstone.certified()).build().toByteString())).getFirst();
        queue.write(List.of(tombstone), List.of(), position);
    }

    /// The index, for reading.
    public ShardIndex index() {
        return index;
    }

    /// Forgets what expired and deletes segments in which nothing lies any more.
    public void sweep(long nowMillis) throws IOException {
        long freed = index.sweep(nowMillis);
        if (freed > 0) {
            ShardIndex.Usage usage = index.usage();
            usedBytes.addAndGet(-freed);
            shards.set(usage.shards());
        }
        Set<Integer> used = new TreeSet<>(index.segmentsInUse());
        int indexed = index.watermark().segment();
        for (int segment = 0; segment < Math.min(indexed, log.tailSegment()); segment++) {
            if (!used.contains(segment) && log.drop(segment)) {
                LOG.info("event=segment-dropped segment={}", segment);
            }
        }
    }

    /// Bytes of all shards held, exact.
    public long usedBytes() {
        return usedBytes.get();
    }

    /// Number of shards held.
    public long shards() {
        return shards.get();
    }

    /// Stops as a crash would.
    void crash() throws IOException {
        queue.close();
        log.abandon();
    }

    @Override
    public void close() throws IOException {
        queue.close();
        log.close();
    }

    private boolean reserve(int bytes) throws IOException {
        if (Files.getFileStore(directory).getUsableSpace() < properties.reserve().toBytes()) {
            return false;
        }
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

    private synchronized void reopen(AppendLog failed) throws IOException {
        if (failed.equals(log)) {
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
        List<SignedManifest> manifests = new ArrayList<>();
        List<IndexedShard> found = new ArrayList<>();
        long[] scanned = new long[1];
        LogPosition[] last = {index.watermark()};
        log.forEach(index.watermark(), (position, bytes) -> {
            StorageRecord record = parse(bytes);
            switch (record.getRecordCase()) {
                case MANIFEST -> add(manifests, record.getManifest());
                case TOMBSTONE -> add(manifests, record.getTombstone());
                case SHARD -> found.add(indexed(record.getShard(), position));
                case RECORD_NOT_SET -> throw new CorruptLogException(
                        "shard log " + directory + ": unknown record at " + position);
            }
            scanned[0]++;
            last[0] = position;
            if (found.size() >= SCAN_BATCH) {
                index.write(manifests, found, position);
                manifests.clear();
                found.clear();
            }
        });
        index.write(manifests, found, last[0]);
        LOG.info("event=shard-log-scanned records={}", scanned[0]);
    }

    private void add(List<SignedManifest> manifests, CertifiedManifest certified) {
        SignedManifest.verify(certified, network).toOptional().ifPresent(manifests::add);
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
