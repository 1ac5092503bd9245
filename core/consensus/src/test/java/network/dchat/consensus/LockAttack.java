package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.ProposerRotation;
import network.dchat.simulation.Seed;
import network.dchat.simulation.SimulationSettings;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;

/// A network that lets one validator decide the first block alone and then cuts it off, while
/// another has neither the block nor its polka. Round 1 is the decider's, so all others vote nil;
/// in round 2 the other one proposes something else. Those who have locked the first block must
/// refuse it, also when the proposer says that it had a polka.
final class LockAttack {
    private LockAttack() {}

    /// What fails; empty when all holds.
    static String run(HeightParts parts) {
        return run(new Fleet(Seed.of(1), SimulationSettings.defaults(), parts, Set.of()));
    }

    /// The same with a proposer that says its block had a polka in round 0.
    static String runWithFalsePolka(HeightParts parts) {
        Fleet fleet = new Fleet(Seed.of(1), SimulationSettings.defaults(), parts, Set.of());
        fleet.rewrite((from, message) -> claimPolka(fleet.chain(), from, message));
        return run(fleet);
    }

    private static String run(Fleet fleet) {
        Proposers proposers = new Proposers(ProposerRotation.begin(fleet.validators()));
        int deciderIndex = proposers.at(1);
        String decider = fleet.name(deciderIndex);
        String late = fleet.name(proposers.at(2));
        fleet.filter((from, to, message) -> {
            boolean cut = fleet.height(decider) > 0 && (from.equals(decider) || to.equals(decider));
            Vote vote = message.getVote();
            boolean decisive = message.hasVote() && vote.getRound() == 0
                    && vote.getValidatorIndex() == deciderIndex
                    && (vote.getType() == SignedMsgType.PRECOMMIT || to.equals(late));
            boolean firstBlock = message.hasProposal() && message.getProposal().getRound() == 0
                    && to.equals(late);
            return !cut && !decisive && !firstBlock;
        });
        try {
            fleet.simulation().runFor(6_000);
            assertThat(fleet.height(decider)).as("the decider's height").isEqualTo(1);
            fleet.filter((_, _, _) -> true);
            fleet.simulation().runUntil("progress after healing", 20_000,
                    () -> fleet.height() >= 3);
            return "";
        } catch (RuntimeException | AssertionError failure) {
            return String.valueOf(failure.getMessage());
        }
    }

    private static ConsensusMessage claimPolka(TestChain chain, String from,
            ConsensusMessage message) {
        Proposal proposal = message.getProposal();
        if (proposal.getHeight() != 1 || proposal.getRound() != 2 || proposal.getPolRound() >= 0) {
            return message;
        }
        SigningKey key = chain.consensusKey(Integer.parseInt(from.substring(1)));
        Proposal claimed = proposal.toBuilder().setPolRound(0).build();
        return WireForm.message(claimed.toBuilder().setSignature(key
                .sign(CanonicalBytes.proposalSignBytes(chain.begin().chainId(), claimed)).bytes())
                .build());
    }
}
