package network.dchat.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.WalletAddress;
import network.dchat.mesh.ObjectId;
import network.dchat.mesh.SignedManifest;
import network.dchat.starter.log.LogPosition;

/// What the node holds, and where it lies in the shard log. Rebuilt from the log where it is
/// behind.
public interface ShardIndex {
    /// Changes that belong together, durable when the call returns.
    ///
    /// @param manifests objects new to the node, tombstones included
    /// @param shards    shards new to the node; known ones are left as they are
    /// @param watermark all of the log before it is indexed
    void write(List<SignedManifest> manifests, List<IndexedShard> shards, LogPosition watermark)
            throws IOException;

    /// The manifest kept for an object.
    Optional<SignedManifest> manifest(ObjectId object);

    /// Where a shard lies.
    Optional<IndexedShard> find(ShardKey key);

    /// Objects of a collection behind a name and version.
    ListedPage list(WalletAddress owner, String collection, Cursor after, int limit);

    /// The highest version known of a name, deleted ones included.
    Optional<SignedManifest> newest(SignedManifest like);

    /// Up to where the log is indexed.
    LogPosition watermark();

    /// Bytes and number of all shards.
    Usage usage();

    /// Forgets objects that expired before a time and versions that a tombstone buried; answers
    /// the bytes
    /// freed.
    long sweep(long nowMillis) throws IOException;

    /// The segments in which some shard still lies.
    List<Integer> segmentsInUse();

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
    /// @param bytes  their lengths added up
    record Usage(long shards, long bytes) {}
}
