/// The storage mesh: where an object's shards belong, what its owner signs about them, and the
/// planner that puts, lists and reads objects over the shard calls of the storage nodes.
@NullMarked
package network.dchat.mesh;

import org.jspecify.annotations.NullMarked;
