package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.CanonicalBytes;
import network.dchat.wire.v1.BlockId;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.DuplicateVoteEvidence;
import network.dchat.wire.v1.Evidence;
import network.dchat.wire.v1.LightClientAttackEvidence;
import network.dchat.wire.v1.PartSetHeader;
import network.dchat.wire.v1.SignedMsgType;
import network.dchat.wire.v1.Vote;
import network.dchat.wire.v1.WalRecord;
import org.junit.jupiter.api.Test;

/// What becomes of those who vote twice. One of two validators has almost all power, so that it
/// decides alone.
class EvidencePoolTest {
    private static final long NOW = TestChain.GENESIS_MILLIS + 5_000;

    private final TestChain chain = new TestChain(1, 100);
    private final SigningKey key = chain.consensusKey(1);
    private final List<WalRecord> log = new ArrayList<>();
    private Consensus consensus = recovered(chain.begin(), List.of());

    @Test
    void contradictingVotesBecomeEvidenceWhenTheirHeightIsDecided() {
        consensus.apply(new Input.Started(NOW));
        assertThat(receive(message(vote(1, 7)))).noneMatch(this::isAccusation);
        assertThat(receive(message(vote(1, 8)))).noneMatch(this::isAccusation)
                .anyMatch(Effect.Equivocation.class::isInstance);
        assertThat(consensus.evidence()).isEmpty();
        List<Effect> effects = decide(1);
        assertThat(effects).anyMatch(this::isAccusation)
                .anyMatch(effect -> effect instanceof Effect.RoundsRecorded(long height, var votes)
                        && height == 1 && votes.containsAll(List.of(vote(1, 7), vote(1, 8))));
        assertThat(consensus.evidence()).hasSize(1);
        assertThat(consensus.chain().state().evidenceFault(consensus.evidence().getFirst()))
                .isEmpty();
    }

    @Test
    void aBlockPunishesOnceAndTheSetFollowsTwoHeightsLater() {
        accuse();
        decide(2);
        assertThat(consensus.evidence()).isEmpty();
        assertThat(consensus.driver().context().validators().size()).isEqualTo(2);
        decide(3);
        assertThat(consensus.chain().validators().size()).isEqualTo(1);
        receive(message(vote(2, 7)));
        receive(message(vote(2, 8)));
        decide(4);
        assertThat(consensus.evidence()).as("against one who was punished").isEmpty();
    }

    @Test
    void lateVotesOfTheHeightBeforeAreEvidenceAtOnce() {
        consensus.apply(new Input.Started(NOW));
        decide(1);
        receive(message(vote(1, 7)));
        assertThat(receive(message(vote(1, 8)))).anyMatch(this::isAccusation);
        assertThat(consensus.evidence()).hasSize(1);
    }

    @Test
    void evidenceOfPeersIsVerifiedAndPassedOnOnce() {
        DuplicateVoteEvidence evidence = accuse();
        consensus = recovered(consensus.chain(), List.of());
        consensus.apply(new Input.Started(NOW));
        DuplicateVoteEvidence innocent = evidence.toBuilder().setVoteB(evidence.getVoteA()).build();
        assertThat(refusals(receive(message(innocent))))
                .containsExactly(RefusalReason.BAD_EVIDENCE);
        DuplicateVoteEvidence forged = evidence.toBuilder().setVoteB(
                evidence.getVoteB().toBuilder().setSignature(evidence.getVoteA().getSignature()))
                .build();
        assertThat(refusals(receive(message(forged)))).containsExactly(RefusalReason.BAD_EVIDENCE);
        assertThat(consensus.evidence()).isEmpty();
        assertThat(receive(message(evidence))).anyMatch(this::isAccusation)
                .noneMatch(Effect.Refused.class::isInstance);
        assertThat(receive(message(evidence))).isEmpty();
        assertThat(consensus.evidence()).containsExactly(evidence);
    }

    @Test
    void refusesOtherKindsAndHeightsAheadAndTooMuch() {
        DuplicateVoteEvidence evidence = accuse();
        consensus = recovered(consensus.chain(), List.of());
        consensus.apply(new Input.Started(NOW));
        ConsensusMessage other = ConsensusMessage.newBuilder().setEvidence(Evidence.newBuilder()
                .setLightClientAttackEvidence(LightClientAttackEvidence.getDefaultInstance()))
                .build();
        assertThat(refusals(receive(other))).containsExactly(RefusalReason.BAD_EVIDENCE);
        DuplicateVoteEvidence ahead = evidence.toBuilder()
                .setVoteA(evidence.getVoteA().toBuilder().setHeight(9)).build();
        assertThat(refusals(receive(message(ahead)))).containsExactly(RefusalReason.FAR_HEIGHT);
        DuplicateVoteEvidence wrong = evidence.toBuilder().setTotalVotingPower(5).build();
        for (int count = 0; count < EvidencePool.QUOTA; count++) {
            assertThat(refusals(receive(message(wrong))))
                    .containsExactly(RefusalReason.BAD_EVIDENCE);
        }
        assertThat(refusals(receive(message(wrong)))).containsExactly(RefusalReason.OVER_QUOTA);
        assertThat(refusals(receive(message(evidence)))).containsExactly(RefusalReason.OVER_QUOTA);
        consensus.apply(new Input.TimerElapsed(new TimerId.Announce(), NOW + 10_000));
        assertThat(receive(message(evidence))).anyMatch(this::isAccusation);
    }

    @Test
    void evidenceOutlivesARestart() {
        DuplicateVoteEvidence evidence = accuse();
        carryOut(consensus.apply(new Input.TimerElapsed(new TimerId.Idle(2), NOW + 20_000)), 0);
        consensus = recovered(consensus.chain(), log);
        consensus.apply(new Input.Started(NOW));
        assertThat(consensus.evidence()).containsExactly(evidence);
    }

    @Test
    void suspicionsOutliveARestart() {
        consensus.apply(new Input.Started(NOW));
        receive(message(vote(1, 7)));
        receive(message(vote(1, 8)));
        carryOut(consensus.apply(new Input.TimerElapsed(new TimerId.Idle(1), NOW)), 0);
        List<WalRecord> kept = List.copyOf(log);
        consensus = recovered(chain.begin(), kept);
        consensus.apply(new Input.Started(NOW));
        decide(1);
        assertThat(consensus.evidence()).hasSize(1);
    }

    @Test
    void isToldAgainUntilItIsCommitted() {
        accuse();
        assertThat(consensus.apply(new Input.TimerElapsed(new TimerId.Announce(), NOW + 100_000)))
                .anyMatch(this::isAccusation);
        decide(2);
        assertThat(consensus.apply(new Input.TimerElapsed(new TimerId.Announce(), NOW + 200_000)))
                .noneMatch(this::isAccusation);
    }

    /// Lets the weak one vote twice and height 1 be decided.
    private DuplicateVoteEvidence accuse() {
        consensus.apply(new Input.Started(NOW));
        receive(message(vote(1, 7)));
        receive(message(vote(1, 8)));
        decide(1);
        return consensus.evidence().getFirst();
    }

    /// Carries out effects until a height is decided; all that came on the way.
    private List<Effect> decide(long height) {
        List<Effect> all = new ArrayList<>();
        for (int turn = 0; turn < 100 && consensus.chain().height() < height; turn++) {
            long now = NOW + height * 10_000 + turn * 1_000L;
            List<Effect> first = new ArrayList<>(
                    consensus.apply(new Input.TimerElapsed(new TimerId.Idle(height), now)));
            for (Step step : Step.values()) {
                first.addAll(consensus.apply(new Input.TimerElapsed(
                        new TimerId.StepTimeout(height, consensus.driver().currentRound(), step),
                        now)));
            }
            all.addAll(carryOut(first, 50));
        }
        assertThat(consensus.chain().height()).isEqualTo(height);
        return all;
    }

    private List<Effect> carryOut(List<Effect> effects, int most) {
        List<Effect> all = new ArrayList<>(effects);
        int answered = 0;
        for (int index = 0; index < all.size(); index++) {
            switch (all.get(index)) {
                case Effect.PersistWal(var records) -> log.addAll(records);
                case Effect.Sign(long id, var request) -> {
                    if (answered++ < most) {
                        all.addAll(consensus
                                .apply(new Input.Signed(id, key.sign(request.signBytes()), NOW)));
                    }
                }
                case Effect.StoreBlock(var block) -> all.addAll(consensus
                        .apply(new Input.Stored(block.getBlock().getHeader().getHeight(), NOW)));
                default -> {
                }
            }
        }
        return all;
    }

    private List<Effect> receive(ConsensusMessage message) {
        return consensus.apply(new Input.Received(chain.peer(0), List.of(message), NOW));
    }

    private boolean isAccusation(Effect effect) {
        return effect instanceof Effect.Broadcast(var messages)
                && messages.stream().anyMatch(ConsensusMessage::hasEvidence);
    }

    private static List<RefusalReason> refusals(List<Effect> effects) {
        return effects.stream().filter(Effect.Refused.class::isInstance)
                .map(effect -> ((Effect.Refused) effect).reason()).toList();
    }

    private static ConsensusMessage message(DuplicateVoteEvidence evidence) {
        return WireForm.message(evidence);
    }

    private static ConsensusMessage message(Vote vote) {
        return WireForm.message(vote);
    }

    /// A prevote of the weak validator for some block.
    private Vote vote(long height, int block) {
        SigningKey weak = chain.consensusKey(0);
        ByteString address = chain.addresses().get(0);
        ByteString hash = ByteString.copyFrom(new byte[32]).substring(1)
                .concat(ByteString.copyFrom(new byte[]{(byte) block}));
        int index = chain.begin().validators().address(0).bytes().equals(address) ? 0 : 1;
        Vote vote = Vote.newBuilder().setType(SignedMsgType.PREVOTE).setHeight(height)
                .setTimestamp(WireForm.timestamp(NOW)).setValidatorIndex(index)
                .setValidatorAddress(address)
                .setBlockId(BlockId.newBuilder().setHash(hash)
                        .setPartSetHeader(PartSetHeader.newBuilder().setTotal(1).setHash(hash)))
                .build();
        return vote
                .toBuilder().setSignature(weak
                        .sign(CanonicalBytes.voteSignBytes(chain.begin().chainId(), vote)).bytes())
                .build();
    }

    private Consensus recovered(Chain tip, List<WalRecord> records) {
        SignGuard guard = SignGuard.fresh(tip.chainId(), key.publicKey());
        return Consensus.recover(new ConsensusSettings(Optional.of(key.publicKey()),
                Timeouts.local(), ConsensusLimits.defaults()), tip, guard, records);
    }
}
