package network.dchat.storage;

import network.dchat.starter.log.LogPosition;

/// Where a shard lies in the shard log.
///
/// @param key      which shard
/// @param position where its record begins
/// @param length   bytes of the shard
public record IndexedShard(ShardKey key, LogPosition position, int length) {}
