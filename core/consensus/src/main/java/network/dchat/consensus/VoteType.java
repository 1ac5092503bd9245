package network.dchat.consensus;

import java.util.Optional;
import network.dchat.wire.v1.SignedMsgType;

/// The two kinds of votes.
public enum VoteType {
    /// First vote of a round: I accept this value.
    PREVOTE(Step.PREVOTE, SignedMsgType.PREVOTE),
    /// Second vote of a round: I have seen that two thirds accept this value.
    PRECOMMIT(Step.PRECOMMIT, SignedMsgType.PRECOMMIT);

    private final Step step;
    private final SignedMsgType wire;

    VoteType(Step step, SignedMsgType wire) {
        this.step = step;
        this.wire = wire;
    }

    /// The step in which a validator gives this vote.
    public Step step() {
        return step;
    }

    /// The type as it travels and as it is signed.
    public SignedMsgType wire() {
        return wire;
    }

    /// The type of a vote from a stranger; empty when it is none of the two.
    static Optional<VoteType> parse(SignedMsgType type) {
        return switch (type) {
            case PREVOTE -> Optional.of(PREVOTE);
            case PRECOMMIT -> Optional.of(PRECOMMIT);
            case SIGNED_MSG_TYPE_UNKNOWN, PROPOSAL, UNRECOGNIZED -> Optional.empty();
        };
    }
}
