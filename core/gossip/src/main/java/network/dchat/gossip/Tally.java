package network.dchat.gossip;

/// Counts since the core was made, for metrics.
///
/// @param accepted rumors seen for the first time and taken
/// @param duplicates rumors that were known already
/// @param refused rumors refused, for whatever reason
/// @param pushed bodies sent
/// @param asked rumors asked for by id
/// @param dropped announced ids that were not waited for because too many were
public record Tally(long accepted, long duplicates, long refused, long pushed, long asked,
        long dropped) {}
