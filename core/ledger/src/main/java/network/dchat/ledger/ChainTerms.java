package network.dchat.ledger;

import network.dchat.wire.v1.ChainParameters;

/// The chain's own limits and prices, with the defaults where its genesis names none.
///
/// @param parameters as the genesis has them
public record ChainTerms(ChainParameters parameters) {
    private static final int DEFAULT_VALIDATORS = 100;
    private static final long DEFAULT_EPOCH_BLOCKS = 1_000;
    private static final long DEFAULT_EVIDENCE_BLOCKS = 100_000;
    private static final long DEFAULT_UNBONDING_MILLIS = 21 * 86_400_000L;
    private static final long DEFAULT_AUDIT_MILLIS = 10 * 60_000L;
    private static final long DEFAULT_CLAIM_MILLIS = 7 * 86_400_000L;
    private static final int DEFAULT_SLASH_PERMILLE = 50;
    /// Of each fee, three quarters are held for the delivery; the rest is burnt at once.
    private static final long REWARD_QUARTERS = 3;

    /// Units for one commitment; for a transfer and a change of stake the same.
    public long fee() {
        return parameters.getCommitmentFee();
    }

    /// Units of the fee that are held for whoever delivers.
    public long reward() {
        return fee() * REWARD_QUARTERS / 4;
    }

    /// Units of stake for one voting power.
    public long powerUnit() {
        return parameters.getPowerUnit() == 0 ? 1 : parameters.getPowerUnit();
    }

    /// Validators with a vote at a time.
    public int maximumValidators() {
        return parameters.getMaxValidators() == 0
                ? DEFAULT_VALIDATORS
                : parameters.getMaxValidators();
    }

    /// Blocks between two issuances.
    public long epochBlocks() {
        return or(parameters.getEpochBlocks(), DEFAULT_EPOCH_BLOCKS);
    }

    /// Units that an epoch mints at most.
    public long epochIssuance() {
        return parameters.getEpochIssuance();
    }

    /// Blocks after which equivocation is no longer punished.
    public long evidenceBlocks() {
        return or(parameters.getEvidenceMaxAgeBlocks(), DEFAULT_EVIDENCE_BLOCKS);
    }

    /// From unstaking to spending, in milliseconds.
    public long unbondingMillis() {
        return or(parameters.getUnbondingMillis(), DEFAULT_UNBONDING_MILLIS);
    }

    /// To show what a root must show, in milliseconds.
    public long auditMillis() {
        return or(parameters.getAuditWindowMillis(), DEFAULT_AUDIT_MILLIS);
    }

    /// From an order to the end of the claims of its delivery, in milliseconds.
    public long claimMillis() {
        return or(parameters.getClaimWindowMillis(), DEFAULT_CLAIM_MILLIS);
    }

    /// What a proven offence costs of this many units, in units: rounded up, so that who has
    /// anything loses something.
    public long slash(long units) {
        int permille = parameters.getSlashPermille() == 0
                ? DEFAULT_SLASH_PERMILLE
                : parameters.getSlashPermille();
        return units / 1_000 * permille + Math.ceilDiv(units % 1_000 * permille, 1_000L);
    }

    private static long or(long value, long standard) {
        return value == 0 ? standard : value;
    }
}
