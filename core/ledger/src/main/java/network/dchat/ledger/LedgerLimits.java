package network.dchat.ledger;

/// The bounds that every node must share, because what exceeds one is invalid for all.
public final class LedgerLimits {
    /// A block is cut into parts of this many bytes.
    public static final int PART_BYTES = 64 * 1024;
    /// No chain may allow larger blocks than this.
    public static final int MAXIMUM_BLOCK_BYTES = 16 * 1024 * 1024;
    /// No chain may allow smaller blocks than this; a full transaction must fit.
    public static final int MINIMUM_BLOCK_BYTES = 256 * 1024;
    /// What header, last commit and encoding may take of a block besides its transactions.
    public static final int BLOCK_OVERHEAD_BYTES = 128 * 1024;
    /// Hashes in a Merkle path: enough for 2^32 leaves.
    public static final int MAXIMUM_AUNTS = 32;
    /// Validators in a set.
    public static final int MAXIMUM_VALIDATORS = 512;
    /// Sum of all voting power, CometBFT's cap; three times it still fits a long.
    public static final long MAXIMUM_TOTAL_POWER = Long.MAX_VALUE / 8;
    /// An encoded, signed transaction.
    public static final int MAXIMUM_TRANSACTION_BYTES = 64 * 1024;
    /// Commitments in an order batch; the chain's own parameter may be lower.
    public static final int MAXIMUM_BATCH_COMMITMENTS = 256;
    /// Leaves of a delivery root; the chain's own parameter may be lower.
    public static final int MAXIMUM_ROOT_LEAVES = 1024;
    /// How far below the sender's highest sequence another may still be used.
    public static final int SEQUENCE_WINDOW = 1024;
    /// Characters of an operator's name.
    public static final int MAXIMUM_OPERATOR_LENGTH = 64;
    /// Characters of a region's name.
    public static final int MAXIMUM_REGION_LENGTH = 32;
    /// Relays and storage nodes registered at a time, those of genesis included.
    public static final int MAXIMUM_NODES = 10_000;
    /// Nodes that one block may register.
    public static final int MAXIMUM_REGISTRATIONS = 64;
    /// Bytes of the network's name, so that the chain id fits CometBFT's 50.
    public static final int MAXIMUM_NAME_BYTES = 17;
    /// Balances in a genesis.
    public static final int MAXIMUM_GENESIS_BALANCES = 100_000;
    /// Units ever minted, issuance included; sums of any two amounts still fit a long. No more than
    /// [#MAXIMUM_TOTAL_POWER], so that all stake together never is too much power.
    public static final long MAXIMUM_MINTED = MAXIMUM_TOTAL_POWER;
    /// Units for one commitment.
    public static final long MAXIMUM_COMMITMENT_FEE = 1_000_000_000L;
    /// An encoded portable proof.
    public static final int MAXIMUM_PROOF_BYTES = 8 * 1024 * 1024;
    /// Light blocks of a portable proof, one for each change of the validator set.
    public static final int MAXIMUM_LIGHT_BLOCKS = 256;

    /// Blocks of an epoch, or within which equivocation is punished.
    public static final long MAXIMUM_WINDOW_BLOCKS = 10_000_000L;
    /// Any window of time that a chain may set: ten years.
    public static final long MAXIMUM_WINDOW_MILLIS = 3_652L * 86_400_000L;
    /// Evidence in a block.
    public static final int MAXIMUM_EVIDENCE = 32;
    /// Encoded evidence in a block.
    public static final int MAXIMUM_EVIDENCE_BYTES = 32 * 1024;
    /// Consensus keys ever staked for.
    public static final int MAXIMUM_CANDIDATES = 10_000;
    /// Unstaked amounts of an account that are not spendable so far.
    public static final int MAXIMUM_UNBONDINGS = 16;
    /// Delivery roots of one relay that are not settled.
    public static final int MAXIMUM_OPEN_ROOTS = 1024;
    /// Leaves that one audit shows.
    public static final int MAXIMUM_AUDITED_LEAVES = 32;
    /// Challenge or answer of a storage audit.
    public static final int MAXIMUM_STORAGE_AUDIT_BYTES = 1024;

    private LedgerLimits() {}
}
