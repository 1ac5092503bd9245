package network.dchat.ledger;

import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.dchat.identity.Ed25519;
import network.dchat.identity.Hash;
import network.dchat.identity.Octets;
import network.dchat.identity.Signature;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;

/// Which evidence of equivocation may stand in the next block. The rules are CometBFT v0.38's, and
/// stricter where a change that no signature covers would else make two of one offence.
final class EvidenceRules {
    private static final Comparator<Vote> BY_BLOCK = Comparator
            .comparing((Vote vote) -> vote.getBlockId().getHash(), Octets::compare)
            .thenComparing(vote -> parts(vote.getBlockId()).toByteString(), Octets::compare);

    private final ChainState state;

    EvidenceRules(ChainState state) {
        this.state = state;
    }

    /// Why this evidence may not; empty when it may.
    Optional<String> fault(DuplicateVoteEvidence evidence) {
        return formFault(evidence).or(() -> judge(evidence));
    }

    /// Why these may not stand in the next block together; empty when they may.
    Optional<String> fault(List<DuplicateVoteEvidence> evidence) {
        if (evidence.size() > LedgerLimits.MAXIMUM_EVIDENCE || evidence.stream()
                .mapToLong(EvidenceRules::size).sum() > LedgerLimits.MAXIMUM_EVIDENCE_BYTES) {
            return Optional
                    .of("evidence: too much (expected: up to " + LedgerLimits.MAXIMUM_EVIDENCE
                            + ", and " + LedgerLimits.MAXIMUM_EVIDENCE_BYTES + " bytes)");
        }
        Set<ValidatorAddress> accused = new HashSet<>();
        for (DuplicateVoteEvidence each : evidence) {
            Optional<String> fault = fault(each);
            if (fault.isPresent()) {
                return fault;
            }
            if (!accused.add(accused(each))) {
                return Optional.of("evidence: two against one validator (expected: one)");
            }
        }
        return Optional.empty();
    }

    /// Those that may stand in the next block together, in their order.
    List<DuplicateVoteEvidence> select(List<DuplicateVoteEvidence> candidates) {
        List<DuplicateVoteEvidence> taken = new ArrayList<>();
        Set<ValidatorAddress> accused = new HashSet<>();
        long bytes = 0;
        for (DuplicateVoteEvidence each : candidates) {
            long size = size(each);
            if (taken.size() < LedgerLimits.MAXIMUM_EVIDENCE
                    && bytes + size <= LedgerLimits.MAXIMUM_EVIDENCE_BYTES && fault(each).isEmpty()
                    && accused.add(accused(each))) {
                taken.add(each);
                bytes += size;
            }
        }
        return taken;
    }

    /// Whom evidence without a fault accuses.
    static ValidatorAddress accused(DuplicateVoteEvidence evidence) {
        return new ValidatorAddress(evidence.getVoteA().getValidatorAddress());
    }

    private static long size(DuplicateVoteEvidence evidence) {
        return CometForm.duplicateVote(evidence).getSerializedSize();
    }

    private static Optional<String> formFault(DuplicateVoteEvidence evidence) {
        Vote one = evidence.getVoteA();
        Vote other = evidence.getVoteB();
        if (!evidence.hasVoteA() || !evidence.hasVoteB() || !isWhole(one) || !isWhole(other)) {
            return Optional.of("evidence: a vote that is missing or none");
        }
        boolean same = one.getType() == other.getType() && one.getHeight() == other.getHeight()
                && one.getRound() == other.getRound()
                && one.getValidatorAddress().equals(other.getValidatorAddress())
                && one.getValidatorIndex() == other.getValidatorIndex();
        if (!same) {
            return Optional.of("evidence: votes of different steps or validators");
        }
        return BY_BLOCK.compare(one, other) < 0
                ? Optional.empty()
                : Optional.of("evidence: votes for one block, or in the wrong order");
    }

    private static boolean isWhole(Vote vote) {
        boolean step = vote.getType() == SignedMsgType.PREVOTE
                || vote.getType() == SignedMsgType.PRECOMMIT;
        return step && vote.getHeight() >= 1 && vote.getRound() >= 0
                && ValidatorAddress.parse(vote.getValidatorAddress()).isPresent()
                && Signature.parse(vote.getSignature()).isPresent() && isId(vote.getBlockId())
                && vote.getExtension().isEmpty() && vote.getExtensionSignature().isEmpty();
    }

    private static boolean isId(BlockId id) {
        return CanonicalBytes.isNil(id)
                || (id.getHash().size() == Hash.LENGTH && id.getPartSetHeader().getTotal() > 0
                        && id.getPartSetHeader().getHash().size() == Hash.LENGTH);
    }

    private static PartSetHeader parts(BlockId id) {
        return CometForm.partSetHeader(id.getPartSetHeader());
    }

    private Optional<String> judge(DuplicateVoteEvidence evidence) {
        long height = evidence.getVoteA().getHeight();
        Optional<ValidatorSet> set = state.validatorsAt(height);
        Optional<Timestamp> time = state.blockTimeAt(height);
        if (height > state.height() || set.isEmpty() || time.isEmpty()) {
            return Optional
                    .of("evidence: of height " + height + " (expected: up to " + state.height()
                            + ", at most " + state.terms().evidenceBlocks() + " before the next)");
        }
        ValidatorAddress address = accused(evidence);
        int index = set.get().index(address).orElse(-1);
        if (index < 0 || index != evidence.getVoteA().getValidatorIndex()) {
            return Optional.of("evidence: against no validator of height " + height);
        }
        Validator validator = set.get().get(index);
        if (evidence.getTotalVotingPower() != set.get().totalPower()
                || evidence.getValidatorPower() != validator.power()
                || !CometForm.time(evidence.hasTimestamp(), evidence.getTimestamp())
                        .equals(time.get())) {
            return Optional.of("evidence: not the power or the time of height " + height);
        }
        if (state.registry().by(address).filter(each -> !each.jailed()).isEmpty()) {
            return Optional.of("evidence: against one who was punished already");
        }
        boolean signed = isSigned(validator, evidence.getVoteA())
                && isSigned(validator, evidence.getVoteB());
        return signed ? Optional.empty() : Optional.of("evidence: a signature that does not hold");
    }

    private boolean isSigned(Validator validator, Vote vote) {
        return Ed25519.verify(validator.key(), CanonicalBytes.voteSignBytes(state.chainId(), vote),
                new Signature(vote.getSignature()));
    }
}
