package network.dchat.relay.postgres;

import java.util.Collection;
import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// Reads of messages on their way.
public interface OutboxBodies extends Repository<OutboxRow, byte[]> {
    /// The rows of these ids, as far as there are some.
    @Query("select o from OutboxRow o where o.id in :ids")
    List<OutboxRow> byIds(Collection<byte[]> ids);
}
