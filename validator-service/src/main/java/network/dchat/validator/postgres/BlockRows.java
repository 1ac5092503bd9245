package network.dchat.validator.postgres;

import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// Reads of the index of blocks.
public interface BlockRows extends Repository<BlockRow, Long> {
    /// The block with this hash.
    @Query("select b from BlockRow b where b.hash = :hash")
    Optional<BlockRow> byHash(byte[] hash);

    /// The highest block that is indexed.
    @Query("select b from BlockRow b order by b.height desc limit 1")
    Optional<BlockRow> highest();
}
