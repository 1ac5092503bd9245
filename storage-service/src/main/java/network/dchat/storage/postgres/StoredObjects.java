package network.dchat.storage.postgres;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/// Reads of the manifests that this node keeps.
public interface StoredObjects extends Repository<StoredObjectRow, byte[]> {
    /// The row of an object id.
    @Query("select o from StoredObjectRow o where o.objectId = :id")
    Optional<StoredObjectRow> byId(byte[] id);

    /// The rows of a collection behind a name and version, in that order: at most so many, and no
    /// more once their manifests are longer than the budget.
    @Query(nativeQuery = true, value = """
            select * from (
              select page.*, sum(page.length) over (order by page.name, page.version) as total
              from (
                select * from stored_object
                where owner = :owner and collection = :collection
                  and (name, version) > (:name, :version) and expires_at > :now
                order by name, version limit :most) page) sized
            where total - length < :budget order by name, version""")
    List<StoredObjectRow> page(byte[] owner, byte[] collection, byte[] name, long version, long now,
            int most, long budget);

    /// The same for the versions of one name.
    @Query(nativeQuery = true, value = """
            select * from (
              select page.*, sum(page.length) over (order by page.version) as total
              from (
                select * from stored_object
                where owner = :owner and collection = :collection and name = :only
                  and (name, version) > (:name, :version) and expires_at > :now
                order by version limit :most) page) sized
            where total - length < :budget order by version""")
    List<StoredObjectRow> pageOfName(byte[] owner, byte[] collection, byte[] only, byte[] name,
            long version, long now, int most, long budget);
}
