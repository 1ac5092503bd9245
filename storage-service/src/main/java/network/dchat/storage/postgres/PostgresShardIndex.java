package network.dchat.storage.postgres;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.mesh.Manifest;
import network.dchat.mesh.ObjectId;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.SignedManifest;
import network.dchat.starter.log.LogPosition;
import network.dchat.starter.postgres.BatchWriter;
import network.dchat.starter.postgres.Row;
import network.dchat.storage.IndexedManifest;
import network.dchat.storage.IndexedShard;
import network.dchat.storage.ListedPage;
import network.dchat.storage.ShardIndex;
import network.dchat.storage.ShardKey;
import network.dchat.wire.v1.CertifiedManifest;
import org.springframework.jdbc.core.JdbcTemplate;

/// The shard index in PostgreSQL: written in batches, one transaction a batch.
public final class PostgresShardIndex implements ShardIndex {
    /// Manifests of a page together, so that it fits into one answer.
    private static final long PAGE_BYTES = 2L * 1024 * 1024;
    private static final String PUT_OBJECT = "insert into stored_object (object_id, owner,"
            + " collection, name, version, expires_at, deleted, manifest, length, segment)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing";
    private static final String PUT_SHARD = "insert into stored_shard"
            + " (object_id, stripe, shard_index, segment, log_offset, length)"
            + " values (?, ?, ?, ?, ?, ?) on conflict do nothing";
    private static final String PUT_WATERMARK = "insert into shard_watermark"
            + " (id, segment, log_offset) values (1, ?, ?)"
            + " on conflict (id) do update set segment = excluded.segment,"
            + " log_offset = excluded.log_offset";
    /// One statement, so that what it answers is exactly what it deleted.
    private static final String SWEEP = """
            with gone as (
              delete from stored_object o where o.expires_at <= ? or exists (
                select 1 from stored_object t where t.deleted and t.owner = o.owner
                  and t.collection = o.collection and t.name = o.name and t.version > o.version)
              returning o.object_id, o.length),
            freed as (
              delete from stored_shard s
              where s.object_id in (select object_id from gone) or not exists (
                select 1 from stored_object k where k.object_id = s.object_id)
              returning s.length)
            select (select count(*) from freed),
              (select coalesce(sum(length), 0) from freed)
                + (select coalesce(sum(length), 0) from gone)""";
    private static final String SAME_NAME = "select exists (select 1 from stored_object"
            + " where owner = ? and collection = ? and name = ?";

    private final BatchWriter writer;
    private final JdbcTemplate jdbc;
    private final StoredObjects objects;
    private final NetworkId network;

    /// An index on a database.
    public PostgresShardIndex(BatchWriter writer, JdbcTemplate jdbc, StoredObjects objects,
            NetworkId network) {
        this.writer = writer;
        this.jdbc = jdbc;
        this.objects = objects;
        this.network = network;
    }

    @Override
    public void write(List<IndexedManifest> manifests, List<IndexedShard> shards,
            LogPosition watermark) throws IOException {
        List<Row> rows = new ArrayList<>(manifests.size() + shards.size() + 1);
        for (IndexedManifest indexed : manifests) {
            SignedManifest signed = indexed.manifest();
            ObjectName name = signed.object();
            rows.add(Row.of(PUT_OBJECT, signed.id().bytes(), name.owner().bytes(),
                    bytes(name.collection()), bytes(name.name()), name.version(),
                    signed.manifest().expiresAtMillis(),
                    signed.manifest() instanceof Manifest.Deleted,
                    signed.certified().toByteString(), indexed.length(),
                    indexed.position().segment()));
        }
        for (IndexedShard shard : shards) {
            rows.add(Row.of(PUT_SHARD, shard.key().object().bytes(), shard.key().stripe(),
                    shard.key().index(), shard.position().segment(), shard.position().offset(),
                    shard.length()));
        }
        rows.add(Row.of(PUT_WATERMARK, watermark.segment(), watermark.offset()));
        writer.write(rows);
    }

    @Override
    public Optional<SignedManifest> manifest(ObjectId object) {
        return objects.byId(object.bytes().toByteArray()).map(this::decode);
    }

    @Override
    public boolean knows(ObjectId object) {
        return ask("select exists (select 1 from stored_object where object_id = ?)",
                object.bytes().toByteArray());
    }

    @Override
    public Presence presence(ShardKey key) {
        byte[] object = key.object().bytes().toByteArray();
        return jdbc.query(
                "select exists (select 1 from stored_object where object_id = ?),"
                        + " exists (select 1 from stored_shard"
                        + " where object_id = ? and stripe = ? and shard_index = ?)",
                (row, _) -> new Presence(row.getBoolean(1), row.getBoolean(2)), object, object,
                key.stripe(), key.index()).getFirst();
    }

    @Override
    public Optional<IndexedShard> find(ShardKey key) {
        return jdbc.query(
                "select segment, log_offset, length from stored_shard"
                        + " where object_id = ? and stripe = ? and shard_index = ?",
                (row, _) -> new IndexedShard(key, new LogPosition(row.getInt(1), row.getInt(2)),
                        row.getInt(3)),
                key.object().bytes().toByteArray(), key.stripe(), key.index()).stream().findFirst();
    }

    @Override
    public ListedPage list(Wanted wanted, Cursor after, int limit) {
        byte[] owner = wanted.owner().bytes().toByteArray();
        byte[] collection = bytes(wanted.collection());
        byte[] from = bytes(after.name());
        List<StoredObjectRow> rows = wanted.name().isEmpty()
                ? objects.page(owner, collection, from, after.version(), wanted.nowMillis(), limit,
                        PAGE_BYTES)
                : objects.pageOfName(owner, collection, bytes(wanted.name()), from, after.version(),
                        wanted.nowMillis(), limit, PAGE_BYTES);
        List<SignedManifest> manifests = rows.stream().map(this::decode).toList();
        Map<ObjectId, List<Integer>> held = new HashMap<>();
        for (SignedManifest manifest : manifests) {
            if (manifest.manifest() instanceof Manifest.Stored stored) {
                held.put(manifest.id(), held(manifest.id(), stored.layout().stripes()));
            }
        }
        boolean more = rows.size() == limit
                || rows.stream().mapToLong(StoredObjectRow::length).sum() >= PAGE_BYTES;
        return new ListedPage(manifests, held, more);
    }

    /// The indexes of which every stripe's shard is held.
    private List<Integer> held(ObjectId object, int stripes) {
        return jdbc.queryForList(
                "select shard_index from stored_shard where object_id = ?"
                        + " group by shard_index having count(*) = ? order by shard_index",
                Integer.class, object.bytes().toByteArray(), stripes);
    }

    @Override
    public boolean isBuried(ObjectName object) {
        return askName(" and deleted and version > ?)", object);
    }

    @Override
    public boolean holdsOlder(ObjectName object) {
        return askName(" and version < ?)", object);
    }

    private boolean askName(String condition, ObjectName object) {
        return ask(SAME_NAME + condition, object.owner().bytes().toByteArray(),
                bytes(object.collection()), bytes(object.name()), object.version());
    }

    private boolean ask(String question, Object... values) {
        return Boolean.TRUE.equals(jdbc.queryForObject(question, Boolean.class, values));
    }

    @Override
    public Optional<LogPosition> watermark() {
        return jdbc
                .query("select segment, log_offset from shard_watermark",
                        (row, _) -> new LogPosition(row.getInt(1), row.getInt(2)))
                .stream().findFirst();
    }

    @Override
    public Usage usage() {
        return jdbc.query(
                "select (select count(*) from stored_shard),"
                        + " (select coalesce(sum(length), 0) from stored_shard)"
                        + " + (select coalesce(sum(length), 0) from stored_object)",
                (row, _) -> new Usage(row.getLong(1), row.getLong(2))).getFirst();
    }

    @Override
    public Usage sweep(long nowMillis) {
        return jdbc.query(SWEEP, (row, _) -> new Usage(row.getLong(1), row.getLong(2)), nowMillis)
                .getFirst();
    }

    @Override
    public List<Integer> segmentsInUse() {
        return jdbc.queryForList(
                "select segment from stored_shard" + " union select segment from stored_object",
                Integer.class);
    }

    @Override
    public void clear() throws IOException {
        writer.writeInOrder(List.of(Row.of("delete from stored_shard"),
                Row.of("delete from stored_object"), Row.of("delete from shard_watermark")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private SignedManifest decode(StoredObjectRow row) {
        try {
            CertifiedManifest certified = CertifiedManifest
                    .parseFrom(ByteString.copyFrom(row.manifest()));
            return SignedManifest.verify(certified, network).orElseThrow();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("stored manifest does not decode", e);
        }
    }
}
