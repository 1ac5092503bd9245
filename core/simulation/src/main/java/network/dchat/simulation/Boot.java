package network.dchat.simulation;

/// What a node's machine is built from, at its first start and at each later one.
///
/// @param node the node's name
/// @param disk what survived; empty at the first start and after a lost disk
/// @param nowMillis the node's own clock, epoch milliseconds
/// @param seed the randomness of this life of the node
/// @param life 1 for the first start, then one more each time
public record Boot(String node, DiskContents disk, long nowMillis, long seed, int life) {}
