package network.dchat.gateway.postgres;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

/// The mailbox grants in PostgreSQL.
public interface GrantRows extends JpaRepository<GrantRow, String> {
    /// Forgets grants that expired before a time.
    @Modifying
    @Query("delete from GrantRow row where row.expiresAtMillis < :beforeMillis")
    int forget(long beforeMillis);
}
