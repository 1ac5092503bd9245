package network.dchat.mesh;

import network.dchat.wire.v1.DeleteObjectRequest;
import network.dchat.wire.v1.GetShardRequest;
import network.dchat.wire.v1.ListObjectsRequest;
import network.dchat.wire.v1.PutShardRequest;

/// A call of the `Shards` service that the mesh wants made.
public sealed interface ShardRequest {
    /// Stores a shard.
    record Put(PutShardRequest request) implements ShardRequest {}

    /// Leaves a tombstone in place of an object.
    record Delete(DeleteObjectRequest request) implements ShardRequest {}

    /// Reads a shard.
    record Get(GetShardRequest request) implements ShardRequest {}

    /// Lists a collection.
    record List(ListObjectsRequest request) implements ShardRequest {}
}
