package network.dchat.testnet.load;

/// A block as it came over the stream of the first validator.
///
/// @param height       its height
/// @param round        the round that decided it
/// @param transactions how many it holds
/// @param seenNanos    when it came, by the clock of `System.nanoTime`
public record SeenBlock(long height, int round, int transactions, long seenNanos) {}
