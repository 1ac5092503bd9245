package network.dchat.gateway.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import network.dchat.starter.status.ProgressCheck;

/// A gateway whose database is away can note nothing.
public final class DatabaseCheck implements ProgressCheck {
    private static final int SECONDS = 2;

    private final DataSource dataSource;

    /// Asks the pool.
    public DatabaseCheck(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public String part() {
        return "database";
    }

    @Override
    public Optional<String> blockedBy() {
        try (Connection connection = dataSource.getConnection()) {
            return connection.isValid(SECONDS)
                    ? Optional.empty()
                    : Optional.of("database: does not answer");
        } catch (SQLException failure) {
            return Optional.of("database: " + failure.getMessage());
        }
    }
}
