/// The index of shards and manifests in PostgreSQL; it can be rebuilt from the shard log.
@NullMarked
package network.dchat.storage.postgres;

import org.jspecify.annotations.NullMarked;
