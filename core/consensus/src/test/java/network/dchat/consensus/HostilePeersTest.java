package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Octets;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.Blocks;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.ledger.ProposerRotation;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.HaveState;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.Proposal;
import network.dchat.wire.v1.RoundVotes;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.TransactionList;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

/// What a validator does with messages that are wrong.
class HostilePeersTest {
    private static final long NOW = TestChain.GENESIS_MILLIS + 1_000;
    private static final ConsensusLimits LIMITS = new ConsensusLimits(1_000, 4, 16, 64 * 1024, 4,
            128 * 1024, 512, new CatchUpLimits(4, 8, 1024 * 1024, 10_000, 5_000),
            MempoolLimits.defaults());

    private final TestChain chain = TestChain.ofFour();
    private final Chain begin = chain.begin();
    private final Consensus consensus = Consensus.recover(
            new ConsensusSettings(Optional.empty(), Timeouts.local(), LIMITS), begin,
            SignGuard.fresh(begin.chainId(), chain.consensusKey(0).publicKey()), List.of());

    @Test
    void refusesVotesOfStrangers() {
        Vote vote = vote(1, 1, 0);
        assertThat(refusals(signed(vote.toBuilder().setValidatorIndex(4), begin.chainId())))
                .containsExactly(RefusalReason.NOT_A_VALIDATOR);
        assertThat(refusals(signed(vote.toBuilder().setValidatorIndex(2), begin.chainId())))
                .containsExactly(RefusalReason.NOT_A_VALIDATOR);
    }

    @Test
    void refusesVotesOfOtherChainsAndForgedOnes() {
        assertThat(refusals(signed(vote(1, 1, 0).toBuilder(), "other-chain")))
                .containsExactly(RefusalReason.BAD_SIGNATURE);
        Vote genuine = signed(vote(1, 1, 0).toBuilder(), begin.chainId()).getVote();
        Vote moved = genuine.toBuilder().setRound(1).build();
        assertThat(refusals(WireForm.message(moved))).containsExactly(RefusalReason.BAD_SIGNATURE);
        assertThat(refusals(WireForm.message(genuine))).isEmpty();
    }

    @Test
    void refusesMalformedVotes() {
        Vote.Builder vote = signed(vote(1, 1, 0).toBuilder(), begin.chainId()).getVote()
                .toBuilder();
        List<Vote> malformed = List.of(vote.clone().setRound(-1).build(),
                vote.clone().setType(SignedMsgType.PROPOSAL).build(),
                vote.clone().setValidatorIndex(-1).build(),
                vote.clone().setSignature(ByteString.copyFrom(new byte[63])).build(),
                vote.clone().setExtension(ByteString.copyFrom(new byte[1])).build(),
                vote.clone()
                        .setBlockId(BlockId.newBuilder().setHash(ByteString.copyFrom(new byte[31])))
                        .build(),
                vote.clone().setTimestamp(vote.getTimestamp().toBuilder().setNanos(-1)).build());
        for (Vote each : malformed) {
            assertThat(refusals(WireForm.message(each))).as(each.toString())
                    .containsExactly(RefusalReason.MALFORMED);
        }
    }

    @Test
    void takesRoundsUpToTheLimit() {
        assertThat(refusals(signed(vote(1, 1, 1_000).toBuilder(), begin.chainId()))).isEmpty();
        assertThat(refusals(signed(vote(1, 1, 1_001).toBuilder(), begin.chainId())))
                .containsExactly(RefusalReason.FAR_ROUND);
        assertThat(refusals(signed(vote(1, 1, Integer.MAX_VALUE).toBuilder(), begin.chainId())))
                .containsExactly(RefusalReason.FAR_ROUND);
        assertThat(consensus.status().round()).isZero();
    }

    @Test
    void keepsTheNextHeightWithinAShareAndRefusesLaterOnes() {
        for (int round = 0; round < 16; round++) {
            assertThat(refusals(signed(vote(1, 2, round).toBuilder(), begin.chainId()))).isEmpty();
        }
        assertThat(refusals(signed(vote(1, 2, 16).toBuilder(), begin.chainId())))
                .containsExactly(RefusalReason.OVER_QUOTA);
        assertThat(refusals(signed(vote(1, 3, 0).toBuilder(), begin.chainId())))
                .containsExactly(RefusalReason.FAR_HEIGHT);
        assertThat(refusals(signed(vote(1, Long.MAX_VALUE, 0).toBuilder(), begin.chainId())))
                .containsExactly(RefusalReason.FAR_HEIGHT);
    }

    @Test
    void takesProposalsOfTheRoundsProposerOnly() {
        int proposer = new Proposers(ProposerRotation.begin(begin.validators())).at(0);
        Proposal good = proposal(block(), 0);
        assertThat(refusals(signed(good, (proposer + 1) % 4)))
                .containsExactly(RefusalReason.WRONG_PROPOSER);
        assertThat(refusals(signed(good.toBuilder().setRound(2).build(), proposer)))
                .containsExactly(RefusalReason.FAR_ROUND);
        assertThat(refusals(signed(good.toBuilder().setPolRound(0).build(), proposer)))
                .containsExactly(RefusalReason.MALFORMED);
        assertThat(refusals(signed(good, proposer))).isEmpty();
        Block other = block().toBuilder().setHeader(
                block().getHeader().toBuilder().setProposerAddress(address(proposer == 0 ? 1 : 0)))
                .build();
        assertThat(refusals(signed(proposal(other, 0), proposer)))
                .containsExactly(RefusalReason.TWO_PROPOSALS);
    }

    @Test
    void takesPartsWithTheirProofOnlyAndJudgesTheBlock() {
        int proposer = new Proposers(ProposerRotation.begin(begin.validators())).at(0);
        Block bad = block().toBuilder().setHeader(
                block().getHeader().toBuilder().setAppHash(ByteString.copyFrom(new byte[32])))
                .build();
        Part part = Blocks.partSet(bad).parts().getFirst();
        assertThat(refusals(WireForm.message(1, 0, part))).isEmpty();
        assertThat(refusals(signed(proposal(bad, 0), proposer))).isEmpty();
        Part forged = part.toBuilder().setBytes(part.getBytes().substring(1)).build();
        assertThat(refusals(WireForm.message(1, 0, forged)))
                .containsExactly(RefusalReason.BAD_PART);
        assertThat(refusals(WireForm.message(1, 0, part))).isEmpty();
        assertThat(consensus.driver().candidates().fault(Blocks.blockId(bad)))
                .contains("header: not what follows from the chain");
        assertThat(consensus.driver().machine().step()).isEqualTo(Step.PREVOTE);
    }

    @Test
    void refusesAnnouncementsThatAreTooLarge() {
        HaveState.Builder have = HaveState.newBuilder().setHeight(1);
        assertThat(refusals(announce(have.setParts(ByteString.copyFrom(new byte[32]))))).isEmpty();
        assertThat(refusals(announce(have.clone().setParts(ByteString.copyFrom(new byte[33])))))
                .containsExactly(RefusalReason.BAD_ANNOUNCEMENT);
        assertThat(refusals(announce(have.clone().setHeight(0))))
                .containsExactly(RefusalReason.BAD_ANNOUNCEMENT);
        RoundVotes.Builder votes = RoundVotes.newBuilder()
                .setPrevotes(ByteString.copyFrom(new byte[65]));
        assertThat(refusals(announce(have.clone().addVotes(votes))))
                .containsExactly(RefusalReason.BAD_ANNOUNCEMENT);
        for (int round = 0; round < 9; round++) {
            have.addVotes(RoundVotes.newBuilder().setRound(round));
        }
        assertThat(refusals(announce(have))).containsExactly(RefusalReason.BAD_ANNOUNCEMENT);
    }

    @Test
    void refusesWhatIsNoConsensusMessage() {
        assertThat(refusals(ConsensusMessage.getDefaultInstance()))
                .containsExactly(RefusalReason.UNKNOWN_KIND);
        assertThat(refusals(ConsensusMessage.newBuilder()
                .setTransactions(TransactionList.getDefaultInstance()).build()))
                .containsExactly(RefusalReason.UNKNOWN_KIND);
        assertThat(refusals(
                ConsensusMessage.newBuilder().setEvidence(Evidence.getDefaultInstance()).build()))
                .containsExactly(RefusalReason.BAD_EVIDENCE);
    }

    @Test
    void tellsOfEquivocationOnceWithEvidence() {
        ConsensusMessage nil = signed(vote(1, 1, 0).toBuilder(), begin.chainId());
        ConsensusMessage block = signed(
                vote(1, 1, 0).toBuilder().setBlockId(Blocks.blockId(block())), begin.chainId());
        assertThat(receive(nil)).noneMatch(Effect.Equivocation.class::isInstance);
        List<Effect.Equivocation> told = receive(block).stream()
                .filter(Effect.Equivocation.class::isInstance).map(Effect.Equivocation.class::cast)
                .toList();
        assertThat(told).hasSize(1);
        assertThat(List.of(told.getFirst().evidence().getVoteA(),
                told.getFirst().evidence().getVoteB()))
                .containsExactlyInAnyOrder(nil.getVote(), block.getVote());
        assertThat(receive(block)).noneMatch(Effect.Equivocation.class::isInstance);
    }

    @Test
    void believesHeightsThatMoreThanAThirdTell() {
        receive(announce(HaveState.newBuilder().setHeight(1_000_000)));
        assertThat(consensus.status().peerHeight()).isZero();
        apply(new Input.Received(chain.peer(2),
                List.of(announce(HaveState.newBuilder().setHeight(9))), NOW));
        assertThat(consensus.status().peerHeight()).isEqualTo(9);
    }

    @Test
    void doesNotTrustFetchedBlocks() {
        apply(new Input.Started(NOW - 1_000));
        receive(announce(HaveState.newBuilder().setHeight(9).setBaseHeight(1)));
        Effect.RequestBlocks request = apply(new Input.TimerElapsed(new TimerId.Announce(), NOW))
                .stream().filter(Effect.RequestBlocks.class::isInstance)
                .map(Effect.RequestBlocks.class::cast).findFirst().orElseThrow();
        assertThat(request.from()).isEqualTo(1);
        assertThat(request.to()).isEqualTo(8);
        CommittedBlock unsigned = CommittedBlock.newBuilder().setBlock(block()).build();
        assertThat(apply(new Input.BlocksFetched(request.id(), List.of(unsigned), NOW)))
                .containsExactly(new Effect.Refused(chain.peer(1), RefusalReason.BAD_BLOCK));
        assertThat(apply(new Input.TimerElapsed(new TimerId.Announce(), NOW + 100)))
                .noneMatch(Effect.RequestBlocks.class::isInstance);
        assertThat(apply(new Input.TimerElapsed(new TimerId.Announce(), NOW + 5_100)))
                .anyMatch(Effect.RequestBlocks.class::isInstance);
    }

    private List<RefusalReason> refusals(ConsensusMessage message) {
        return receive(message).stream().filter(Effect.Refused.class::isInstance)
                .map(effect -> ((Effect.Refused) effect).reason()).toList();
    }

    private List<Effect> receive(ConsensusMessage message) {
        return apply(new Input.Received(chain.peer(1), List.of(message), NOW));
    }

    private List<Effect> apply(Input input) {
        return new ArrayList<>(consensus.apply(input));
    }

    private static ConsensusMessage announce(HaveState.Builder have) {
        return ConsensusMessage.newBuilder().setHave(have).build();
    }

    private Block block() {
        return begin.build(List.of(), List.of(), Optional.empty(), begin.validators().address(0));
    }

    private Proposal proposal(Block block, int round) {
        return Proposal.newBuilder().setType(SignedMsgType.PROPOSAL).setHeight(1).setRound(round)
                .setPolRound(-1).setBlockId(Blocks.blockId(block))
                .setTimestamp(WireForm.timestamp(NOW)).build();
    }

    private Vote vote(int validator, long height, int round) {
        return Vote.newBuilder().setType(SignedMsgType.PREVOTE).setHeight(height).setRound(round)
                .setTimestamp(WireForm.timestamp(NOW)).setValidatorIndex(validator)
                .setValidatorAddress(address(validator)).build();
    }

    private ByteString address(int validator) {
        return begin.validators().address(validator).bytes();
    }

    private ConsensusMessage signed(Vote.Builder vote, String chainId) {
        SigningKey key = keyOf(vote.getValidatorAddress());
        ByteString bytes = CanonicalBytes.voteSignBytes(chainId, vote.build());
        return WireForm.message(vote.setSignature(key.sign(bytes).bytes()).build());
    }

    private ConsensusMessage signed(Proposal proposal, int validator) {
        ByteString bytes = CanonicalBytes.proposalSignBytes(begin.chainId(), proposal);
        return WireForm.message(proposal.toBuilder()
                .setSignature(keyOf(address(validator)).sign(bytes).bytes()).build());
    }

    private SigningKey keyOf(ByteString address) {
        for (int index = 0; index < 4; index++) {
            SigningKey key = chain.consensusKey(index);
            if (ValidatorAddress.of(key.publicKey()).bytes().equals(address)) {
                return key;
            }
        }
        throw new AssertionError("no validator: " + Octets.hex(address));
    }
}
