package network.dchat.relay.postgres;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import network.dchat.identity.Hash;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.Change;
import network.dchat.mailbox.Effect;
import network.dchat.mailbox.LoadedEntry;
import network.dchat.mailbox.LoadedEnvelope;
import network.dchat.relay.MailboxStore;
import network.dchat.relay.RelayEvents;
import network.dchat.starter.postgres.BatchWriter;
import network.dchat.starter.postgres.Row;
import network.dchat.wire.v1.SignedDelivery;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// The relay's tables: one transaction for all changes that are made durable together.
public final class PostgresMailboxStore implements MailboxStore {
    private static final int FETCH = 2_000;

    private final BatchWriter writer;
    private final DataSource source;
    private final JdbcTemplate jdbc;
    private final OutboxBodies bodies;
    private final RelayEvents events;
    private final Counter changes;
    private final Timer time;

    /// A store in a database.
    public PostgresMailboxStore(BatchWriter writer, DataSource source, OutboxBodies bodies,
            RelayEvents events, MeterRegistry meters) {
        this.writer = writer;
        this.source = source;
        this.jdbc = new JdbcTemplate(source);
        this.bodies = bodies;
        this.events = events;
        this.changes = meters.counter("dchat.relay.changes.persisted");
        this.time = meters.timer("dchat.relay.persist");
    }

    @Override
    public void persist(List<Change> batch) throws IOException {
        long began = System.nanoTime();
        ChangeRows folded = new ChangeRows();
        batch.forEach(folded::add);
        List<Row> rows = folded.rows();
        List<Row> copies = events.of(batch);
        rows.addAll(copies);
        writer.write(rows);
        if (!copies.isEmpty()) {
            events.wake();
        }
        changes.increment(batch.size());
        time.record(Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public void restore(Consumer<Change> machine) throws IOException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                restore(connection, machine);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException failed) {
            throw new IOException(
                    "PostgreSQL: the relay's tables cannot be read: " + failed.getMessage(),
                    failed);
        }
    }

    @Override
    public List<LoadedEntry> load(Effect.LoadFeed range) {
        return jdbc.query(
                "select sequence, body, hops from feed_entry where feed = ? and address = ?"
                        + " and sequence > ? and sequence <= ? order by sequence",
                (row, _) -> new LoadedEntry(row.getLong(1), bytes(row, 2),
                        ChangeCodec.hops(row.getBytes(3))),
                ChangeCodec.number(range.feed()), range.address().bytes().toByteArray(),
                range.after(), range.through());
    }

    @Override
    public List<LoadedEnvelope> load(Effect.LoadEnvelopes wanted) {
        return bodies.byIds(wanted.ids().stream().map(id -> id.bytes().toByteArray()).toList())
                .stream().map(OutboxRow::loaded).toList();
    }

    /// Takes one row of a result.
    @FunctionalInterface
    private interface Reader {
        Change read(ResultSet row) throws SQLException;
    }

    private static void restore(Connection connection, Consumer<Change> machine)
            throws SQLException {
        each(connection, machine, "select orders_through, transaction_sequence from relay_state",
                row -> new Change.NumbersKnown(row.getLong(1), row.getLong(2)));
        each(connection, machine, "select height from relay_state",
                row -> new Change.HeightSeen(row.getLong(1)));
        each(connection, machine, "select address, record from mailbox_user order by address",
                row -> new Change.UserKnown(
                        ChangeCodec.route(new WalletAddress(bytes(row, 1)), row.getBytes(2))));
        each(connection, machine, "select use, id, expires_at from known_id order by expires_at",
                row -> new Change.IdKnown(row.getShort(1) == ChangeRows.MAIL
                        ? Change.IdUse.MAIL
                        : Change.IdUse.OUTBOX, id(row, 2), row.getLong(3)));
        each(connection, machine,
                "select feed, address, sequence, id, expires_at, size from feed_entry"
                        + " order by feed, address, sequence",
                row -> new Change.FeedAdded(ChangeCodec.feed(row.getShort(1)),
                        new WalletAddress(bytes(row, 2)), row.getLong(3), id(row, 4),
                        row.getLong(5), row.getInt(6), ByteString.EMPTY, List.of()));
        each(connection, machine,
                "select id, recipient, expires_at, size, hops, sender, commitment, order_number"
                        + " from outbox order by order_number nulls first, id",
                PostgresMailboxStore::outbox);
        each(connection, machine,
                "select id, commitment, expires_at, delivery from delivery order by id",
                row -> new Change.DeliveryAdded(id(row, 1),
                        new OrderCommitment(new Hash(bytes(row, 2))), row.getLong(3),
                        ChangeCodec.decode("delivery", SignedDelivery.parser(), row.getBytes(4))));
        each(connection, machine, "select id from delivery where returned order by id",
                row -> new Change.DeliveryReturned(id(row, 1)));
        each(connection, machine,
                "select hash, sequence, bytes, content from open_transaction order by sequence",
                row -> new Change.TransactionAdded(new Hash(bytes(row, 1)), row.getLong(2),
                        bytes(row, 3), ChangeCodec.content(row.getBytes(4))));
        each(connection, machine,
                "select hash, included from open_transaction where included is not null"
                        + " order by sequence",
                row -> ChangeCodec.included(new Hash(bytes(row, 1)), row.getBytes(2)));
        each(connection, machine,
                "select hash, audit from open_transaction where audit is not null"
                        + " order by sequence",
                row -> ChangeCodec.audited(new Hash(bytes(row, 1)), row.getBytes(2)));
    }

    private static Change outbox(ResultSet row) throws SQLException {
        Optional<WalletAddress> sender = Optional.ofNullable(row.getBytes(6))
                .map(ByteString::copyFrom).map(WalletAddress::new);
        byte @Nullable [] commitment = row.getBytes(7);
        Optional<Change.Order> order = commitment == null
                ? Optional.empty()
                : Optional.of(new Change.Order(
                        new OrderCommitment(new Hash(ByteString.copyFrom(commitment))),
                        row.getLong(8)));
        return new Change.OutboxAdded(id(row, 1), new WalletAddress(bytes(row, 2)), row.getLong(3),
                row.getInt(4), ByteString.EMPTY, ChangeCodec.hops(row.getBytes(5)), sender, order);
    }

    private static void each(Connection connection, Consumer<Change> machine, String sql,
            Reader reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    machine.accept(reader.read(rows));
                }
            }
        }
    }

    private static MessageId id(ResultSet row, int column) throws SQLException {
        return new MessageId(new Hash(bytes(row, column)));
    }

    private static ByteString bytes(ResultSet row, int column) throws SQLException {
        return UnsafeByteOperations.unsafeWrap(row.getBytes(column));
    }
}
