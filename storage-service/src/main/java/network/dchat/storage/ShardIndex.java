package network.dchat.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.ObjectId;
import network.dchat.mesh.ObjectName;
import network.dchat.mesh.SignedManifest;
import network.dchat.starter.log.LogPosition;

/// What the node holds, and where it lies in the shard log. Rebuilt from the log where it is
/// behind.
public interface ShardIndex {
    /// Changes that belong together, durable when the call returns.
    ///
    /// @param manifests objects, tombstones included; known ones are left as they are
    /// @param shards    shards; known ones are left as they are
    /// @param watermark the record up to which the log is indexed
    void write(List<IndexedManifest> manifests, List<IndexedShard> shards, LogPosition watermark)
            throws IOException;

    /// The manifest kept for an object.
    Optional<SignedManifest> manifest(ObjectId object);

    /// True when a manifest of the object is kept.
    boolean knows(ObjectId object);

    /// What is known of a shard and its object, in one look.
    Presence presence(ShardKey key);

    /// Where a shard lies.
    Optional<IndexedShard> find(ShardKey key);

    /// Objects of a collection behind a name and version.
    ///
    /// @param limit most objects; fewer come where their manifests are large
    ListedPage list(Wanted wanted, Cursor after, int limit);

    /// True when a tombstone with a higher version of the name is kept.
    boolean isBuried(ObjectName object);

    /// True when a lower version of the name is kept.
    boolean holdsOlder(ObjectName object);

    /// Up to where the log is indexed; empty when nothing is.
    Optional<LogPosition> watermark();

    /// Bytes and number of all that is held.
    Usage usage();

    /// Forgets objects that expired before a time, versions that a tombstone buried, and shards of
    /// objects that were forgotten before; answers what was freed.
    Usage sweep(long nowMillis);

    /// The segments in which some shard or manifest still lies.
    List<Integer> segmentsInUse();

    /// Forgets everything, durably.
    void clear() throws IOException;

    /// What is known.
    ///
    /// @param object the manifest is kept
    /// @param shard  the shard is held
    record Presence(boolean object, boolean shard) {}

    /// What is to be listed.
    ///
    /// @param owner      whose
    /// @param collection which collection
    /// @param name       only this name, empty = all
    /// @param nowMillis  what expired by then is left out
    record Wanted(WalletAddress owner, String collection, String name, long nowMillis) {}

    /// A place in a listing.
    ///
    /// @param name    the last name seen, empty = before the first
    /// @param version its version
    record Cursor(String name, long version) {
        /// Before the first.
        public static final Cursor START = new Cursor("", 0);
    }

    /// What is held.
    ///
    /// @param shards number of shards
    /// @param bytes  lengths of shards and manifests added up
    record Usage(long shards, long bytes) {
        /// Nothing.
        public static final Usage NOTHING = new Usage(0, 0);
    }
}
