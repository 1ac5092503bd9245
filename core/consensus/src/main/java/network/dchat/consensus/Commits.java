package network.dchat.consensus;

import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;

/// Makes commits of precommits, and reads the time from them.
final class Commits {
    private static final CommitSig ABSENT = CommitSig.newBuilder()
            .setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_ABSENT).build();

    private Commits() {}

    /// The commit of a block by the precommits of a round.
    ///
    /// A vote for nil is told only where it is younger than the block, so that more than half of
    /// the power in a commit is honest and younger than its block; a vote for another block is
    /// left out.
    static Commit commit(long height, int round, BlockId value, ValidatorSet set, VoteTally votes,
            Timestamp blockTime) {
        Commit.Builder commit = Commit.newBuilder().setHeight(height).setRound(round)
                .setBlockId(value);
        for (int index = 0; index < set.size(); index++) {
            int validator = index;
            commit.addSignatures(votes.of(validator, Optional.of(value))
                    .or(() -> votes.of(validator, Optional.empty()).filter(
                            nil -> WireForm.compare(nil.wire().getTimestamp(), blockTime) > 0))
                    .map(found -> entry(found, set)).orElse(ABSENT));
        }
        return commit.build();
    }

    /// The commit without anything that its hash does not cover.
    static Commit clean(Commit commit) {
        Commit.Builder clean = Commit.newBuilder().setHeight(commit.getHeight())
                .setRound(commit.getRound()).setBlockId(
                        WireForm.blockId(commit.getBlockId()).orElse(BlockId.getDefaultInstance()));
        for (CommitSig entry : commit.getSignaturesList()) {
            CommitSig.Builder cleanEntry = CommitSig.newBuilder()
                    .setBlockIdFlagValue(entry.getBlockIdFlagValue())
                    .setValidatorAddress(entry.getValidatorAddress())
                    .setSignature(entry.getSignature());
            if (entry.hasTimestamp()) {
                cleanEntry.setTimestamp(WireForm.clean(entry.getTimestamp()));
            }
            clean.addSignatures(cleanEntry);
        }
        return clean.build();
    }

    /// BFT time: the median of a commit's times, weighted by power.
    ///
    /// As in CometBFT, with one difference: it halves the power with integers rounded down, so
    /// that of three equal powers it takes the earliest time, which may be a liar's and before
    /// the last block. Here the times up to the median hold half of the power or more. Light
    /// clients do not compute it.
    static Timestamp medianTime(Commit commit, ValidatorSet set) {
        record Weighted(Timestamp time, long power) {}
        List<Weighted> times = new ArrayList<>();
        long total = 0;
        for (int index = 0; index < commit.getSignaturesCount(); index++) {
            CommitSig entry = commit.getSignatures(index);
            if (entry.getBlockIdFlag() != BlockIdFlag.BLOCK_ID_FLAG_ABSENT) {
                times.add(new Weighted(entry.getTimestamp(), set.get(index).power()));
                total += set.get(index).power();
            }
        }
        times.sort(Comparator.comparing(Weighted::time, WireForm::compare));
        long counted = 0;
        for (Weighted each : times) {
            counted += each.power();
            if (2 * counted >= total) {
                return each.time();
            }
        }
        throw new IllegalArgumentException("commit: no times (expected: of two thirds)");
    }

    private static CommitSig entry(CountedVote vote, ValidatorSet set) {
        return CommitSig.newBuilder()
                .setBlockIdFlag(vote.value().isPresent()
                        ? BlockIdFlag.BLOCK_ID_FLAG_COMMIT
                        : BlockIdFlag.BLOCK_ID_FLAG_NIL)
                .setValidatorAddress(set.address(vote.validator()).bytes())
                .setTimestamp(vote.wire().getTimestamp()).setSignature(vote.wire().getSignature())
                .build();
    }
}
