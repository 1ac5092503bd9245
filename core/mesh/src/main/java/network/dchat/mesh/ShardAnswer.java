package network.dchat.mesh;

import network.dchat.wire.v1.DeleteObjectResponse;
import network.dchat.wire.v1.GetShardResponse;
import network.dchat.wire.v1.ListObjectsResponse;
import network.dchat.wire.v1.PutShardResponse;

/// How a [ShardRequest] ended: by the response of its kind, or without one.
public sealed interface ShardAnswer {
    /// The answer to a put.
    record Put(PutShardResponse response) implements ShardAnswer {}

    /// The answer to a delete.
    record Delete(DeleteObjectResponse response) implements ShardAnswer {}

    /// The answer to a get.
    record Get(GetShardResponse response) implements ShardAnswer {}

    /// The answer to a list.
    record List(ListObjectsResponse response) implements ShardAnswer {}

    /// No answer: the node cannot be reached, was too slow, or broke off.
    ///
    /// @param reason what happened, for people
    record Failed(String reason) implements ShardAnswer {}
}
