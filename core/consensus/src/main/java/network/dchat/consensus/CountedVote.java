package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.Optional;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.Vote;

/// A vote in the form in which it is counted.
///
/// @param type prevote or precommit
/// @param round its round, at least 0
/// @param validator index of the voter in the validator set
/// @param value the block voted for, in normal form; empty = nil
/// @param wire the vote as it travels
record CountedVote(VoteType type, int round, int validator, Optional<BlockId> value, Vote wire) {
    boolean isSameVoteAs(CountedVote other) {
        return type == other.type && round == other.round && validator == other.validator
                && value.equals(other.value);
    }

    ByteString signature() {
        return wire.getSignature();
    }
}
