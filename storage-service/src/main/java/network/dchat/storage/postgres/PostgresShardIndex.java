package network.dchat.storage.postgres;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.NetworkId;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.Manifest;
import network.dchat.mesh.ObjectId;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.SignedManifest;
import network.dchat.starter.log.LogPosition;
import network.dchat.starter.postgres.BatchWriter;
import network.dchat.starter.postgres.Row;
import network.dchat.storage.IndexedShard;
import network.dchat.storage.ListedPage;
import network.dchat.storage.ShardIndex;
import network.dchat.storage.ShardKey;
import network.dchat.wire.v1.CertifiedManifest;
import org.springframework.data.domain.Limit;
import org.springframework.jdbc.core.JdbcTemplate;

/// The shard index in PostgreSQL: written in batches, one transaction a batch.
public final class PostgresShardIndex implements ShardIndex {
    private static final String PUT_OBJECT = "insert into stored_object"
            + " (object_id, owner, collection, name, version, expires_at, deleted, manifest)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing";
    private static final String PUT_SHARD = "insert into stored_shard"
            + " (object_id, stripe, shard_index, segment, log_offset, length)"
            + " values (?, ?, ?, ?, ?, ?) on conflict do nothing";
    private static final String PUT_WATERMARK = "insert into shard_watermark"
            + " (id, segment, log_offset) values (1, ?, ?)"
            + " on conflict (id) do update set segment = excluded.segment,"
            + " log_offset = excluded.log_offset";
    private static final String BURIED = "exists (select 1 from stored_object t"
            + " where t.deleted and t.owner = o.owner and t.collection = o.collection"
            + " and t.name = o.name and t.version > o.version)";
    private static final String GONE = "select o.object_id from stored_object o where o.expires_at <= ?"
            + " or " + BURIED;

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
    public void write(List<SignedManifest> manifests, List<IndexedShard> shards,
            LogPosition watermark) throws IOException {
        List<Row> rows = new ArrayList<>(manifests.size() + shards.size() + 1);
        for (SignedManifest signed : manifests) {
            ObjectName name = signed.object();
            rows.add(
                    Row.of(PUT_OBJECT, signed.id().bytes(), name.owner().bytes(), name.collection(),
                            name.name(), name.version(), signed.manifest().expiresAtMillis(),
                            signed.manifest() instanceof Manifest.Deleted,
                            signed.certified().toByteString()));
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
    public Optional<IndexedShard> find(ShardKey key) {
        return jdbc.query(
                "select segment, log_offset, length from stored_shard"
                        + " where object_id = ? and stripe = ? and shard_index = ?",
                (row, _) -> new IndexedShard(key, new LogPosition(row.getInt(1), row.getInt(2)),
                        row.getInt(3)),
                key.object().bytes().toByteArray(), key.stripe(), key.index()).stream().findFirst();
    }

    @Override
    public ListedPage list(WalletAddress owner, String collection, Cursor after, int limit) {
        List<SignedManifest> manifests = objects.page(owner.bytes().toByteArray(), collection,
                after.name(), after.version(), Limit.of(limit)).stream().map(this::decode).toList();
        Map<ObjectId, List<Integer>> held = new HashMap<>();
        for (SignedManifest manifest : manifests) {
            if (manifest.manifest() instanceof Manifest.Stored stored) {
                held.put(manifest.id(), held(manifest.id(), stored.layout().stripes()));
            }
        }
        return new ListedPage(manifests, held);
    }

    /// The indexes of which every stripe's shard is held.
    private List<Integer> held(ObjectId object, int stripes) {
        return jdbc.queryForList(
                "select shard_index from stored_shard where object_id = ?"
                        + " group by shard_index having count(*) = ? order by shard_index",
                Integer.class, object.bytes().toByteArray(), stripes);
    }

    @Override
    public Optional<SignedManifest> newest(SignedManifest like) {
        ObjectName name = like.object();
        return objects.versions(name.owner().bytes().toByteArray(), name.collection(), name.name(),
                Limit.of(1)).stream().findFirst().map(this::decode);
    }

    @Override
    public LogPosition watermark() {
        return jdbc
                .query("select segment, log_offset from shard_watermark",
                        (row, _) -> new LogPosition(row.getInt(1), row.getInt(2)))
                .stream().findFirst().orElse(new LogPosition(0, 0));
    }

    @Override
    public Usage usage() {
        return jdbc.query("select count(*), coalesce(sum(length), 0) from stored_shard",
                (row, _) -> new Usage(row.getLong(1), row.getLong(2))).getFirst();
    }

    @Override
    public long sweep(long nowMillis) throws IOException {
        Long bytes = jdbc.queryForObject("select coalesce(sum(length), 0) from stored_shard"
                + " where object_id in (" + GONE + ")", Long.class, nowMillis);
        writer.writeInOrder(List.of(
                Row.of("delete from stored_shard where object_id in (" + GONE + ")", nowMillis),
                Row.of("delete from stored_object o where o.expires_at <= ? or " + BURIED,
                        nowMillis)));
        return bytes == null ? 0 : bytes;
    }

    @Override
    public List<Integer> segmentsInUse() {
        return jdbc.queryForList("select distinct segment from stored_shard", Integer.class);
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
