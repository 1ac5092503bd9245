package network.dchat.starter.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/// Writes many rows in one transaction: one batched statement for each distinct SQL text.
///
/// Rows of different SQL texts may be reordered against each other; rows of the same text keep
/// their
/// order. So a caller whose statements depend on one another across texts gives them in several
/// calls or
/// in [#writeInOrder]. The connection needs `reWriteBatchedInserts=true` to be fast.
public final class BatchWriter {
    private final DataSource dataSource;

    /// A writer on a data source.
    public BatchWriter(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /// Writes the rows durably, grouped by SQL text in the order in which the texts first come.
    ///
    /// @throws IOException when the transaction failed or its outcome is unknown
    public void write(List<Row> rows) throws IOException {
        Map<String, List<Row>> groups = new LinkedHashMap<>();
        for (Row row : rows) {
            groups.computeIfAbsent(row.sql(), _ -> new ArrayList<>()).add(row);
        }
        transact(List.copyOf(groups.values()));
    }

    /// Writes the rows durably in exactly this order; neighbours with the same SQL text share a
    /// batch.
    ///
    /// @throws IOException when the transaction failed or its outcome is unknown
    public void writeInOrder(List<Row> rows) throws IOException {
        List<List<Row>> groups = new ArrayList<>();
        for (Row row : rows) {
            if (groups.isEmpty() || !groups.getLast().getFirst().sql().equals(row.sql())) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(row);
        }
        transact(groups);
    }

    private void transact(List<List<Row>> groups) throws IOException {
        if (groups.isEmpty()) {
            return;
        }
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                for (List<Row> group : groups) {
                    execute(connection, group);
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new IOException(
                    "PostgreSQL did not take " + groups.size() + " batches: " + e.getMessage(), e);
        }
    }

    private static void execute(Connection connection, List<Row> group) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(group.getFirst().sql())) {
            for (Row row : group) {
                int at = 1;
                for (Object value : row.values()) {
                    statement.setObject(at++, value);
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
