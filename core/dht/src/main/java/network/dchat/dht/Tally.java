package network.dchat.dht;

/// Counts and sizes, for metrics.
///
/// @param contacts peers in the routing table
/// @param records records of others that lie here
/// @param published own records that are kept up
/// @param lookups lookups begun since the core was made
/// @param calls calls made
/// @param callsFailed calls that were not answered
/// @param requests requests answered
/// @param storesRefused records of others that were refused
public record Tally(int contacts, int records, int published, long lookups, long calls,
        long callsFailed, long requests, long storesRefused) {}
