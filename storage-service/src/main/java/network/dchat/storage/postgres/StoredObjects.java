package network.dchat.storage.postgres;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// Reads of the manifests that this node keeps.
public interface StoredObjects extends Repository<StoredObjectRow, byte[]> {
    /// The row of an object id.
    @Query("select o from StoredObjectRow o where o.objectId = :id")
    Optional<StoredObjectRow> byId(byte[] id);

    /// The rows of a collection behind a name and version, in that order.
    @Query("""
            select o from StoredObjectRow o
            where o.owner = :owner and o.collection = :collection
              and (o.name > :name or (o.name = :name and o.version > :version))
            order by o.name, o.version""")
    List<StoredObjectRow> page(byte[] owner, String collection, String name, long version,
            Limit limit);

    /// The rows of one name, highest version first.
    @Query("""
            select o from StoredObjectRow o
            where o.owner = :owner and o.collection = :collection and o.name = :name
            order by o.version desc""")
    List<StoredObjectRow> versions(byte[] owner, String collection, String name, Limit limit);
}
