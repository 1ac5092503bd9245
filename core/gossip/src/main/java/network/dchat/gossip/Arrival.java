package network.dchat.gossip;

/// A rumor on its way, with the hops that it may still make.
///
/// @param rumor what is told
/// @param ttl hops left, counting the one to its receiver; a stranger may claim any number
public record Arrival(Rumor rumor, int ttl) {}
