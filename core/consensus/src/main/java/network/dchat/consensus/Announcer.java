package network.dchat.consensus;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.HaveState;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.RoundVotes;

/// Tells what a height holds, and finds what another lacks that has told the same.
///
/// The prevotes of the round to which the current proposal refers are told for the proposed block
/// alone: there the one question is whether the polka is complete.
final class Announcer {
    /// Rounds told of in one announcement.
    static final int MAXIMUM_ROUNDS = 8;

    private Announcer() {}

    /// What this height holds.
    ///
    /// @param baseHeight the first height whose block can be asked for
    static HaveState have(HeightDriver driver, long baseHeight) {
        int round = driver.currentRound();
        HaveState.Builder have = HaveState.newBuilder().setHeight(driver.height()).setRound(round)
                .setStep(driver.isStarted() ? driver.machine().step().number() : 0)
                .setBaseHeight(baseHeight);
        driver.proposalOf(round).ifPresent(proposal -> have.setProposal(true)
                .setParts(driver.candidates().present(proposal.getBlockId())));
        roundsOfInterest(driver).forEach(each -> have.addVotes(votes(driver, each)));
        return have.build();
    }

    /// What the other lacks of this height, at most so many bytes of it.
    static List<ConsensusMessage> missing(HeightDriver driver, HaveState have, int maximumBytes) {
        List<ConsensusMessage> messages = new ArrayList<>();
        int round = have.getRound();
        have.getVotesList().forEach(votes -> addVotes(driver, votes, have, messages));
        int ahead = driver.currentRound();
        if (ahead > round + 1) {
            RoundVotes none = RoundVotes.newBuilder().setRound(ahead).build();
            addVotes(driver, none, have, messages);
        }
        driver.proposalOf(round)
                .ifPresent(proposal -> addProposal(driver, proposal, have, messages));
        return cut(messages, maximumBytes);
    }

    private static Set<Integer> roundsOfInterest(HeightDriver driver) {
        int round = driver.currentRound();
        Set<Integer> rounds = new TreeSet<>(Set.of(round, round + 1));
        driver.proposalOf(round).ifPresent(proposal -> rounds.add(proposal.getPolRound()));
        rounds.add(driver.machine().lockedRound());
        rounds.add(driver.machine().validRound());
        rounds.add(round - 1);
        rounds.removeIf(each -> each < 0);
        return rounds;
    }

    private static RoundVotes votes(HeightDriver driver, int round) {
        Optional<BlockId> only = soughtPolka(driver, driver.currentRound(), round);
        RoundVotes.Builder votes = RoundVotes.newBuilder().setRound(round);
        driver.keeper().tally(VoteType.PREVOTE, round).ifPresent(
                tally -> votes.setPrevotes(only.map(tally::bits).orElseGet(tally::bits)));
        driver.keeper().tally(VoteType.PRECOMMIT, round)
                .ifPresent(tally -> votes.setPrecommits(tally.bits()));
        return votes.build();
    }

    private static void addProposal(HeightDriver driver, Proposal proposal, HaveState have,
            List<ConsensusMessage> messages) {
        if (!have.getProposal()) {
            messages.add(WireForm.message(proposal));
        }
        ByteString parts = have.getProposal() ? have.getParts() : ByteString.EMPTY;
        BlockId value = proposal.getBlockId();
        for (int index = 0; index < value.getPartSetHeader().getTotal(); index++) {
            if (!BitArray.isSet(parts, index)) {
                driver.candidates().part(value, index).ifPresent(part -> messages
                        .add(WireForm.message(driver.height(), proposal.getRound(), part)));
            }
        }
    }

    private static void addVotes(HeightDriver driver, RoundVotes votes, HaveState have,
            List<ConsensusMessage> messages) {
        int round = votes.getRound();
        Optional<BlockId> only = have.getProposal()
                ? soughtPolka(driver, have.getRound(), round)
                : Optional.empty();
        driver.keeper().tally(VoteType.PREVOTE, round)
                .ifPresent(tally -> tally.missing(votes.getPrevotes(), only)
                        .forEach(vote -> messages.add(WireForm.message(vote.wire()))));
        driver.keeper().tally(VoteType.PRECOMMIT, round)
                .ifPresent(tally -> tally.missing(votes.getPrecommits(), Optional.empty())
                        .forEach(vote -> messages.add(WireForm.message(vote.wire()))));
    }

    /// The block whose polka in `polkaRound` the proposal of `round` refers to.
    private static Optional<BlockId> soughtPolka(HeightDriver driver, int round, int polkaRound) {
        return driver.proposalOf(round).filter(proposal -> proposal.getPolRound() == polkaRound)
                .map(Proposal::getBlockId);
    }

    private static List<ConsensusMessage> cut(List<ConsensusMessage> messages, int maximumBytes) {
        int bytes = 0;
        for (int index = 0; index < messages.size(); index++) {
            bytes += messages.get(index).getSerializedSize();
            if (bytes > maximumBytes && index > 0) {
                return List.copyOf(messages.subList(0, index));
            }
        }
        return messages;
    }
}
