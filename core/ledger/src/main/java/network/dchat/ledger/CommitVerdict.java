package network.dchat.ledger;

/// Whether a commit proves that its block was decided.
public sealed interface CommitVerdict {
    /// It does.
    ///
    /// @param signedPower voting power that signed for the block
    record Accepted(long signedPower) implements CommitVerdict {}

    /// It does not.
    record Refused(Fault fault, String reason) implements CommitVerdict {}

    /// What can be wrong with a commit.
    enum Fault {
        /// Its header is malformed, of another chain, or names other validators.
        BAD_HEADER,
        /// Of another height.
        WRONG_HEIGHT,
        /// For another block.
        WRONG_BLOCK,
        /// Another number of entries than validators.
        WRONG_SIZE,
        /// An entry breaks a rule: flag, address, time or signature length.
        BAD_ENTRY,
        /// A signature does not verify.
        BAD_SIGNATURE,
        /// Not more than two thirds signed for the block.
        TOO_LITTLE_POWER
    }
}
