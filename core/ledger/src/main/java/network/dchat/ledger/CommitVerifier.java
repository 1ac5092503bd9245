package network.dchat.ledger;

import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Ed25519;
import network.dchat.identity.Signature;
import network.dchat.ledger.CommitVerdict.Fault;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;

/// Verifies commits. Every signature in a commit is checked, those for nil too, so that no entry
/// can be changed unnoticed.
public final class CommitVerifier {
    private CommitVerifier() {}

    /// Whether more than two thirds of the set's power signed this block at this height.
    public static CommitVerdict verify(String chainId, ValidatorSet set, long height,
            BlockId blockId, Commit commit) {
        if (commit.getHeight() != height) {
            return refused(Fault.WRONG_HEIGHT, "height " + commit.getHeight());
        }
        if (!CometForm.blockId(commit.getBlockId()).equals(CometForm.blockId(blockId))
                || CanonicalBytes.isNil(blockId)) {
            return refused(Fault.WRONG_BLOCK, "commit is for another block");
        }
        if (commit.getSignaturesCount() != set.size()) {
            return refused(Fault.WRONG_SIZE,
                    commit.getSignaturesCount() + " entries for " + set.size() + " validators");
        }
        if (commit.getRound() < 0) {
            return refused(Fault.BAD_ENTRY, "round " + commit.getRound());
        }
        List<Ed25519.Check> checks = new ArrayList<>(set.size());
        long power = 0;
        for (int index = 0; index < set.size(); index++) {
            CommitSig entry = commit.getSignatures(index);
            Optional<String> fault = entryFault(set, index, entry);
            if (fault.isPresent()) {
                return refused(Fault.BAD_ENTRY, "entry " + index + ": " + fault.get());
            }
            if (entry.getBlockIdFlag() != BlockIdFlag.BLOCK_ID_FLAG_ABSENT) {
                checks.add(new Ed25519.Check(set.get(index).key(),
                        CanonicalBytes.voteSignBytes(chainId, vote(commit, index)),
                        new Signature(entry.getSignature())));
            }
            if (entry.getBlockIdFlag() == BlockIdFlag.BLOCK_ID_FLAG_COMMIT) {
                power += set.get(index).power();
            }
        }
        if (!set.isTwoThirds(power)) {
            return refused(Fault.TOO_LITTLE_POWER, power + " of " + set.totalPower());
        }
        int bad = Ed25519.verifyAll(checks).indexOf(false);
        return bad < 0
                ? new CommitVerdict.Accepted(power)
                : refused(Fault.BAD_SIGNATURE, "signature " + bad + " of " + checks.size());
    }

    /// The precommit that an entry of a commit stands for.
    public static Vote vote(Commit commit, int index) {
        CommitSig entry = commit.getSignatures(index);
        Vote.Builder vote = Vote.newBuilder().setType(SignedMsgType.PRECOMMIT)
                .setHeight(commit.getHeight()).setRound(commit.getRound())
                .setTimestamp(CometForm.time(entry.hasTimestamp(), entry.getTimestamp()))
                .setValidatorAddress(entry.getValidatorAddress()).setValidatorIndex(index)
                .setSignature(entry.getSignature());
        if (entry.getBlockIdFlag() == BlockIdFlag.BLOCK_ID_FLAG_COMMIT) {
            vote.setBlockId(commit.getBlockId());
        }
        return vote.build();
    }

    private static Optional<String> entryFault(ValidatorSet set, int index, CommitSig entry) {
        Timestamp time = CometForm.time(entry.hasTimestamp(), entry.getTimestamp());
        return switch (entry.getBlockIdFlag()) {
            case BLOCK_ID_FLAG_ABSENT -> entry.getValidatorAddress().isEmpty()
                    && entry.getSignature().isEmpty() && time.equals(CometForm.ZERO_TIME)
                            ? Optional.empty()
                            : Optional.of("absent, but not empty");
            case BLOCK_ID_FLAG_COMMIT, BLOCK_ID_FLAG_NIL -> {
                if (!entry.getValidatorAddress().equals(set.address(index).bytes())) {
                    yield Optional.of("another validator's address");
                }
                yield entry.getSignature().size() == Signature.LENGTH
                        ? Optional.empty()
                        : Optional.of("signature length");
            }
            case BLOCK_ID_FLAG_UNKNOWN, UNRECOGNIZED -> Optional.of("unknown flag");
        };
    }

    private static CommitVerdict refused(Fault fault, String reason) {
        return new CommitVerdict.Refused(fault, reason);
    }
}
