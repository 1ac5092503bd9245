package network.dchat.consensus;

/// Why something that a peer sent was refused. Each reason is counted under its own name.
public enum RefusalReason {
    /// A field is missing, too long or out of its range.
    MALFORMED,
    /// A kind of message that is not known.
    UNKNOWN_KIND,
    /// A height beyond the next one.
    FAR_HEIGHT,
    /// A round beyond the limit, or a proposal of a round that is not at hand.
    FAR_ROUND,
    /// The voter's index or address is not that of a validator.
    NOT_A_VALIDATOR,
    /// A proposal that its round's proposer did not sign.
    WRONG_PROPOSER,
    /// A signature does not verify, also when it is for another chain.
    BAD_SIGNATURE,
    /// A part does not lead to the promised hash, or the parts are no block.
    BAD_PART,
    /// A bit array longer than the set it speaks of.
    BAD_ANNOUNCEMENT,
    /// A proposer signed two proposals for one round.
    TWO_PROPOSALS,
    /// A block that was asked for does not carry the commit that decides it, or is invalid.
    BAD_BLOCK,
    /// More than a peer's share of a bounded buffer.
    OVER_QUOTA,
    /// Evidence that does not hold, also when its time is over.
    BAD_EVIDENCE
}
