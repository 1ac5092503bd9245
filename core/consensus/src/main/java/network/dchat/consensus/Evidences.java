package network.dchat.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.identity.Octets;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Vote;

/// Evidence of equivocation, as CometBFT v0.38 writes it.
final class Evidences {
    private static final Comparator<Vote> BY_BLOCK = Comparator
            .comparing((Vote vote) -> vote.getBlockId().getHash(), Octets::compare)
            .thenComparing((Vote vote) -> partSet(vote.getBlockId()), Octets::compare);

    private Evidences() {}

    /// Two votes of one validator, one round and one type for different blocks.
    ///
    /// @param time the time of the block before
    static DuplicateVoteEvidence duplicateVote(CountedVote first, CountedVote second,
            ValidatorSet set, Timestamp time) {
        List<Vote> votes = Stream.of(first.wire(), second.wire()).sorted(BY_BLOCK).toList();
        return DuplicateVoteEvidence.newBuilder().setVoteA(votes.getFirst())
                .setVoteB(votes.getLast()).setTotalVotingPower(set.totalPower())
                .setValidatorPower(set.get(first.validator()).power()).setTimestamp(time).build();
    }

    private static ByteString partSet(BlockId id) {
        return id.getPartSetHeader().toByteString();
    }
}
