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
    /// Units ever minted; sums of any two amounts still fit a long.
    public static final long MAXIMUM_MINTED = Long.MAX_VALUE / 4;
    /// Units for one commitment.
    public static final long MAXIMUM_COMMITMENT_FEE = 1_000_000_000L;
    /// An encoded portable proof.
    public static final int MAXIMUM_PROOF_BYTES = 8 * 1024 * 1024;
    /// Light blocks of a portable proof, one for each change of the validator set.
    public static final int MAXIMUM_LIGHT_BLOCKS = 256;

    private LedgerLimits() {}
}
