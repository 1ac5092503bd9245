package network.dchat.gateway.postgres;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

/// The messages in PostgreSQL.
public interface MessageRows extends JpaRepository<MessageRow, MessageKey> {
    /// A message, locked until the transaction ends.
    @Lock(LockModeType.PESSIMISTIC_WRITE)
    @Query("select row from MessageRow row where row.key = :key")
    Optional<MessageRow> lock(MessageKey key);

    /// Messages of an owner that are not delivered and proven, the latest first.
    @Query("""
            select row from MessageRow row where row.key.owner = :owner
            and row.expiresAtMillis > :nowMillis
            and (row.state <> DELIVERED or row.delivery is null)
            order by row.changedAtMillis desc""")
    List<MessageRow> open(String owner, long nowMillis, Limit limit);

    /// Owners of messages that are not delivered and changed since a time.
    @Query("""
            select distinct row.key.owner from MessageRow row
            where row.changedAtMillis > :sinceMillis and row.expiresAtMillis > :nowMillis
            and row.state <> DELIVERED""")
    List<String> waitingOwners(long sinceMillis, long nowMillis, Limit limit);

    /// Forgets messages that expired before a time.
    @Modifying
    @Query("delete from MessageRow row where row.expiresAtMillis < :beforeMillis")
    int forget(long beforeMillis);
}
