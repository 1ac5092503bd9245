package network.dchat.validator.postgres;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.OptionalLong;
import network.dchat.wire.v1.Evidence;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// Reads of the evidence in blocks, the newest first. Calls block.
@Component
public final class EvidenceRows {
    private static final String NEWEST = "select height, position, content from evidence"
            + " where (height, position) < (?, ?) order by height desc, position desc limit ?";
    private static final String OF_OFFENCE = "select height, position, content from evidence"
            + " where (height, position) < (?, ?) and offence_height = ?"
            + " order by height desc, position desc limit ?";

    private final JdbcTemplate jdbc;

    /// Reads from a database.
    EvidenceRows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /// Evidence in a block.
    ///
    /// @param height of the block
    /// @param position in its list
    public record Committed(long height, int position, Evidence evidence) {}

    /// Evidence before a place, the newest first.
    ///
    /// @param offence the height of the offence; empty for all
    public List<Committed> before(long height, int position, OptionalLong offence, int most) {
        return offence.isPresent()
                ? jdbc.query(OF_OFFENCE,
                        (row, _) -> committed(row.getLong(1), row.getInt(2), row.getBytes(3)),
                        height, position, offence.getAsLong(), most)
                : jdbc.query(NEWEST,
                        (row, _) -> committed(row.getLong(1), row.getInt(2), row.getBytes(3)),
                        height, position, most);
    }

    private static Committed committed(long height, int position, byte[] content) {
        try {
            return new Committed(height, position, Evidence.parseFrom(content));
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("evidence of block " + height + ": does not decode",
                    broken);
        }
    }
}
