package network.dchat.ledger;

import network.dchat.identity.PublicKey;

/// One who votes.
///
/// @param key its consensus key
/// @param power its weight, at least 1
public record Validator(PublicKey key, long power) {
    /// Refuses a power that is not positive or beyond what a whole set may have.
    public Validator {
        if (power < 1 || power > LedgerLimits.MAXIMUM_TOTAL_POWER) {
            throw new IllegalArgumentException("power: " + power + " (expected: 1 to "
                    + LedgerLimits.MAXIMUM_TOTAL_POWER + ")");
        }
    }

    /// Its name in headers and votes.
    public ValidatorAddress address() {
        return ValidatorAddress.of(key);
    }
}
