package network.dchat.starter.postgres;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One execution of an SQL statement.
///
/// @param sql    text with `?` marks; equal texts share a prepared statement
/// @param values one for each mark; byte strings are given as `byte[]`
public record Row(String sql, List<@Nullable Object> values) {
    public Row {
        values = Collections.unmodifiableList(new ArrayList<>(values));
    }

    /// A row of these values; a `ByteString` becomes `bytea`.
    public static Row of(String sql, @Nullable Object... values) {
        List<@Nullable Object> taken = new ArrayList<>(values.length);
        for (@Nullable
        Object value : values) {
            taken.add(value instanceof ByteString bytes ? bytes.toByteArray() : value);
        }
        return new Row(sql, taken);
    }
}
