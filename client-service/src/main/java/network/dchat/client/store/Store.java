package network.dchat.client.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import network.dchat.client.keys.SealingKey;

/// One SQLite file of sealed rows. There is one writer at a time; what [#transact] returned from
/// is on
/// the disk (write-ahead log, forced at every commit).
///
/// A value is sealed with its section and id as associated data, so that no row can be passed off
/// as
/// another one. Ids are not secret.
public final class Store implements AutoCloseable {
    private static final String GET = "SELECT value FROM row WHERE section = ? AND id = ?";
    private static final String PUT = "INSERT INTO row(section, id, value) VALUES(?, ?, ?)"
            + " ON CONFLICT(section, id) DO UPDATE SET value = excluded.value";
    private static final String REMOVE = "DELETE FROM row WHERE section = ? AND id = ?";
    private static final String ALL = "SELECT id, value FROM row WHERE section = ? ORDER BY id";

    private static final String COUNT = "SELECT COUNT(*) FROM row WHERE section = ?";

    private final Path file;
    private final SealingKey key;
    private final Connection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private final Transaction transaction = new Statements();

    private Store(Path file, SealingKey key, Connection connection) {
        this.file = file;
        this.key = key;
        this.connection = connection;
    }

    /// Opens the file, or makes it.
    ///
    /// @throws IOException when it cannot be opened
    public static Store open(Path file, SealingKey key) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions
                    .asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode=WAL");
                statement.execute("PRAGMA synchronous=FULL");
                statement.execute("PRAGMA busy_timeout=5000");
                statement.execute("CREATE TABLE IF NOT EXISTS row(section TEXT NOT NULL,"
                        + " id TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(section, id))"
                        + " WITHOUT ROWID");
            }
            connection.setAutoCommit(false);
            return new Store(file, key, connection);
        } catch (SQLException e) {
            throw new IOException("store " + file + " cannot be opened", e);
        }
    }

    /// Does work as one transaction and returns when it is durable.
    ///
    /// @throws IOException when nothing was written, or nobody knows
    public <T> T transact(Work<T> work) throws IOException {
        return transact(work, _ -> {
        });
    }

    /// Does work as one transaction. The listener is told as soon as it is durable and before any
    /// later
    /// transaction begins, so that what is kept in memory changes in the same order.
    ///
    /// @throws IOException when nothing was written, or nobody knows
    public <T> T transact(Work<T> work, Consumer<? super T> whenDurable) throws IOException {
        lock.lock();
        try {
            T result = work.run(transaction);
            connection.commit();
            whenDurable.accept(result);
            return result;
        } catch (SQLException e) {
            rollBack();
            throw new IOException("store " + file + ": commit failed", e);
        } catch (IOException | RuntimeException e) {
            rollBack();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /// The value of a row; empty when there is none.
    public Optional<ByteString> get(Section section, String id) throws IOException {
        return transact(rows -> rows.get(section, id));
    }

    /// How many rows a section has.
    public int count(Section section) throws IOException {
        lock.lock();
        try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
            statement.setString(1, section.label());
            int count;
            try (ResultSet found = statement.executeQuery()) {
                count = found.next() ? found.getInt(1) : 0;
            }
            connection.commit();
            return count;
        } catch (SQLException e) {
            rollBack();
            throw new IOException("store " + file + ": rows of " + section + " not counted", e);
        } finally {
            lock.unlock();
        }
    }

    /// All rows of a section, by id.
    public List<Row> all(Section section) throws IOException {
        lock.lock();
        try (PreparedStatement statement = connection.prepareStatement(ALL)) {
            statement.setString(1, section.label());
            List<Row> rows = new ArrayList<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    String id = found.getString(1);
                    rows.add(new Row(id, unseal(section, id, found.getBytes(2))));
                }
            }
            connection.commit();
            return rows;
        } catch (SQLException e) {
            rollBack();
            throw new IOException("store " + file + ": rows of " + section + " not read", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("store " + file + " cannot be closed", e);
        } finally {
            lock.unlock();
        }
    }

    private void rollBack() {
        try {
            connection.rollback();
        } catch (SQLException _) {
            // The connection is broken: the next transaction says so.
            return;
        }
    }

    private ByteString unseal(Section section, String id, byte[] sealed) {
        return key.open(ByteString.copyFrom(sealed), associated(section, id))
                .orElseThrow(() -> new IllegalStateException("store " + file + ": row " + section
                        + " " + id + " does not open with this key (damaged, or of another user)"));
    }

    private static ByteString associated(Section section, String id) {
        return ByteString.copyFromUtf8(section.label() + "/" + id);
    }

    /// The statements of a transaction; used under the lock only.
    private final class Statements implements Transaction {
        @Override
        public Optional<ByteString> get(Section section, String id) throws IOException {
            try (PreparedStatement statement = connection.prepareStatement(GET)) {
                statement.setString(1, section.label());
                statement.setString(2, id);
                try (ResultSet found = statement.executeQuery()) {
                    return found.next()
                            ? Optional.of(unseal(section, id, found.getBytes(1)))
                            : Optional.empty();
                }
            } catch (SQLException e) {
                throw new IOException("store " + file + ": row not read", e);
            }
        }

        @Override
        public void put(Section section, String id, ByteString value) throws IOException {
            try (PreparedStatement statement = connection.prepareStatement(PUT)) {
                statement.setString(1, section.label());
                statement.setString(2, id);
                statement.setBytes(3, key.seal(value, associated(section, id)).toByteArray());
                statement.executeUpdate();
            } catch (SQLException e) {
                throw new IOException("store " + file + ": row not written", e);
            }
        }

        @Override
        public void remove(Section section, String id) throws IOException {
            try (PreparedStatement statement = connection.prepareStatement(REMOVE)) {
                statement.setString(1, section.label());
                statement.setString(2, id);
                statement.executeUpdate();
            } catch (SQLException e) {
                throw new IOException("store " + file + ": row not removed", e);
            }
        }
    }
}
