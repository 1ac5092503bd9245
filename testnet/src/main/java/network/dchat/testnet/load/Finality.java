package network.dchat.testnet.load;

import network.dchat.identity.Hash;

/// A batch that is final.
///
/// @param transaction   hash of its transaction
/// @param commitments   how many it holds
/// @param intendedNanos when it was to be submitted, by the clock of `System.nanoTime`
/// @param finalNanos    when the validator that it was submitted to showed its block
/// @param height        height of that block
/// @param acknowledged  whether some validator had taken it before
public record Finality(Hash transaction, int commitments, long intendedNanos, long finalNanos,
        long height, boolean acknowledged) {
    /// From the intended submission to the final block.
    public long latencyNanos() {
        return finalNanos - intendedNanos;
    }
}
