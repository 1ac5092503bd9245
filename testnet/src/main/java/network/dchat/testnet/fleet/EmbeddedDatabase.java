package network.dchat.testnet.fleet;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One PostgreSQL server as a child process, durable as in production, with a database and a role a
/// node.
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final long STOP_SECONDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private final EmbeddedPostgres server;
    private final Path directory;

    private EmbeddedDatabase(EmbeddedPostgres server, Path directory) {
        this.server = server;
        this.directory = directory;
    }

    /// Starts a server whose data lies in a directory. One that a killed process left behind is
    /// stopped first.
    public static EmbeddedDatabase start(Path directory) throws IOException {
        Files.createDirectories(directory.toAbsolutePath().getParent());
        stopProcess(directory);
        return new EmbeddedDatabase(EmbeddedPostgres.builder().setDataDirectory(directory)
                .setCleanDataDirectory(false).setRegisterShutdownHook(false)
                .setPGStartupWait(START_TIMEOUT).setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on").setServerConfig("max_connections", "220")
                .setServerConfig("shared_buffers", "64MB").setServerConfig("jit", "off")
                .setServerConfig("max_wal_size", "256MB").start(), directory);
    }

    /// The settings with which a node reaches its own database; made when it is missing.
    public Map<String, Object> settings(String node) {
        if (!node.matches("[a-z][a-z0-9]{0,30}")) {
            throw new IllegalArgumentException(
                    "node: " + node + " (expected: lower-case letters and digits)");
        }
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            if (!exists(connection, node)) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("create role " + node + " login");
                    statement.execute("create database " + node + " owner " + node);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("database of " + node + " cannot be made", e);
        }
        return Map.of("spring.datasource.url",
                "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + node
                        + "?reWriteBatchedInserts=true",
                "spring.datasource.username", node, "spring.datasource.password", "");
    }

    /// The server's process, whose children serve the connections.
    public ProcessHandle process() throws IOException {
        long pid = pid(directory.resolve("postmaster.pid"));
        return ProcessHandle.of(pid)
                .orElseThrow(() -> new IOException("PostgreSQL " + pid + " does not run"));
    }

    private static long pid(Path file) throws IOException {
        return Long.parseLong(Files.readAllLines(file).getFirst().strip());
    }

    private static boolean exists(Connection connection, String name) throws SQLException {
        try (PreparedStatement query = connection
                .prepareStatement("select 1 from pg_database where datname = ?")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    /// Stops the server. Where it does not stop within the patience of its launcher, it is asked
    /// again as a process, which loses nothing and only takes longer on a busy machine.
    @Override
    public void close() throws IOException {
        try {
            server.close();
        } catch (IllegalStateException e) {
            LOG.warn("event=postgresql-slow-to-stop reason={}", e.getMessage());
            stopProcess(directory);
        }
    }

    private static void stopProcess(Path directory) throws IOException {
        Path pidFile = directory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = pid(pidFile);
        ProcessHandle.of(pid).filter(EmbeddedDatabase::isServer).ifPresent(process -> {
            boolean asked = process.destroy();
            LOG.info("event=postgresql-asked-to-stop pid={} asked={}", pid, asked);
            process.onExit().completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS).join();
        });
    }

    /// Whether it is PostgreSQL, not another process that got the number later.
    private static boolean isServer(ProcessHandle process) {
        return process.info().command().filter(command -> command.endsWith("postgres")).isPresent();
    }
}
