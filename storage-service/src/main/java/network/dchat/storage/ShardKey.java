package network.dchat.storage;

import network.dchat.mesh.ObjectId;

/// The name of one shard.
///
/// @param object its object
/// @param stripe the stripe, from 0
/// @param index  the index in the stripe, from 0
public record ShardKey(ObjectId object, int stripe, int index) {}
