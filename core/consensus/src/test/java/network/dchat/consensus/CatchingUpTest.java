package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.HaveState;
import org.junit.jupiter.api.Test;

/// A node that is far behind, with peers that are fast, slow, silent or lie, in virtual time.
class CatchingUpTest {
    private static final CatchUpRun.Behaviour SILENT = _ -> List.of();
    private static final CatchUpRun.Behaviour FORGER = asked -> asked.stream()
            .map(CatchingUpTest::forged).toList();
    private static final CatchUpRun.Behaviour SKIPPER = asked -> asked.size() < 2
            ? asked
            : asked.subList(1, asked.size());
    private static final CatchUpRun.Behaviour BRIEF = asked -> asked.subList(0,
            Math.min(10, asked.size()));

    private final SignedBlocks source = SignedBlocks.of(4, 300);

    @Test
    void isFasterWithThreePeersThanWithOne() {
        CatchUpRun one = new CatchUpRun(source).peer(CatchUpRun.HONEST);
        CatchUpRun three = new CatchUpRun(source).peer(CatchUpRun.HONEST).peer(CatchUpRun.HONEST)
                .peer(CatchUpRun.HONEST);
        long alone = one.toTip(60_000);
        long together = three.toTip(60_000);
        assertThat(together * 2).isLessThan(alone);
        assertThat(one.effort()).isEqualTo(1);
        assertThat(three.effort()).isEqualTo(1);
        assertThat(three.refused()).isEmpty();
    }

    @Test
    void announcesNoHeightThatItPasses() {
        CatchUpRun run = new CatchUpRun(source).peer(CatchUpRun.HONEST);
        run.toTip(60_000);
        assertThat(run.announced()).hasSizeLessThan(50).endsWith(301L);
        assertThat(run.consensus().status().catchingUp()).isFalse();
    }

    @Test
    void switchesToConsensusAtTheTipAndAwayAgain() {
        CatchUpRun run = new CatchUpRun(source).peer(CatchUpRun.HONEST).peer(CatchUpRun.HONEST);
        run.toTip(60_000);
        int asked = run.asked().size();
        assertThat(run.runFor(1_000)).isTrue();
        assertThat(run.asked()).hasSize(asked);
        for (int count = 0; count < 3; count++) {
            source.add();
        }
        run.peer(CatchUpRun.HONEST).peer(CatchUpRun.HONEST);
        assertThat(run.toTip(60_000)).isPositive();
        assertThat(run.height()).isEqualTo(303);
        assertThat(run.consensus().status().catchingUp()).isFalse();
    }

    @Test
    void listensToAHeightWhoseFetchedBlockIsForged() {
        CatchUpRun run = new CatchUpRun(source).peer(asked -> asked.stream().map(
                block -> block.getBlock().getHeader().getHeight() == 10 ? forged(block) : block)
                .toList());
        assertThat(run.runFor(1_000)).isFalse();
        assertThat(run.listenedTo()).containsExactly(1L, 10L);
    }

    @Test
    void survivesALiarAndBlamesNobodyElse() {
        CatchUpRun run = new CatchUpRun(source).peer(FORGER).peer(CatchUpRun.HONEST)
                .peer(CatchUpRun.HONEST);
        run.toTip(60_000);
        assertThat(run.refused()).isNotEmpty().allSatisfy(refused -> {
            assertThat(refused.peer()).isEqualTo(run.id(0));
            assertThat(refused.reason()).isEqualTo(RefusalReason.BAD_BLOCK);
        });
        assertThat(run.effort()).isLessThan(1.7);
    }

    @Test
    void survivesThatAllLieButOne() {
        CatchUpRun run = new CatchUpRun(source).peer(FORGER).peer(SKIPPER).peer(CatchUpRun.HONEST);
        run.toTip(60_000);
        assertThat(run.refused()).extracting(Effect.Refused::peer).contains(run.id(0), run.id(1))
                .doesNotContain(run.id(2));
    }

    @Test
    void refusesACommitWithAFlagThatNobodyKnows() {
        CatchUpRun run = new CatchUpRun(source).peer(asked -> asked.stream().map(block -> {
            CommittedBlock.Builder strange = block.toBuilder();
            strange.getCommitBuilder().getSignaturesBuilder(0).setBlockIdFlagValue(77);
            return strange.build();
        }).toList()).peer(CatchUpRun.HONEST);
        run.toTip(60_000);
        assertThat(run.refused()).extracting(Effect.Refused::peer).containsOnly(run.id(0));
    }

    @Test
    void goesAroundASlowPeer() {
        CatchUpRun.Behaviour slow = new CatchUpRun.Behaviour() {
            @Override
            public List<CommittedBlock> answer(List<CommittedBlock> asked) {
                return asked;
            }

            @Override
            public long millis(int blocks) {
                return 3_600_000;
            }
        };
        CatchUpRun run = new CatchUpRun(source).peer(slow).peer(CatchUpRun.HONEST)
                .peer(CatchUpRun.HONEST);
        long late = ConsensusLimits.defaults().catchUp().answerMillis();
        assertThat(run.toTip(60_000)).isLessThan(late + 3_000);
        assertThat(run.refused()).as("slow is no lie").isEmpty();
    }

    @Test
    void goesOnWhereAPeerEndsEarly() {
        CatchUpRun run = new CatchUpRun(source).peer(BRIEF);
        run.toTip(60_000);
        assertThat(run.asked()).hasSize(30);
        assertThat(run.refused()).isEmpty();
    }

    @Test
    void asksAPeerThatClaimsAHeightItHasNotOnlyNowAndThen() {
        CatchUpRun run = new CatchUpRun(source).peer(SILENT, 1_000_000, 1).peer(CatchUpRun.HONEST);
        run.toTip(60_000);
        long seconds = 1 + 60_000 / ConsensusLimits.defaults().catchUp().penaltyMillis();
        assertThat(run.asked().stream().filter(each -> each.peer().equals(run.id(0))).count())
                .isBetween(1L, seconds);
        assertThat(run.consensus().status().peerHeight()).isEqualTo(301);
    }

    @Test
    void tellsWhenNobodyHoldsTheNextBlock() {
        CatchUpRun run = new CatchUpRun(source).peer(CatchUpRun.HONEST, 301, 250)
                .peer(CatchUpRun.HONEST, 301, 200);
        assertThat(run.runFor(30_000)).isFalse();
        assertThat(run.asked()).isEmpty();
        assertThat(run.consensus().status().outOfReach()).isTrue();
        run.peer(CatchUpRun.HONEST);
        assertThat(run.consensus().status().outOfReach()).isFalse();
        run.toTip(60_000);
    }

    @Test
    void announcesWhereItsOwnBlocksBegin() {
        CatchUpRun run = new CatchUpRun(source);
        assertThat(run.consensus().status().have().getBaseHeight()).isEqualTo(1);
        run.apply(new Input.Pruned(77, TestChain.GENESIS_MILLIS));
        assertThat(run.consensus().status().have().getBaseHeight()).isEqualTo(77);
    }

    @Test
    void keepsTheCommitWithinTheNextBlockSoThatItIsVerifiedOnce() {
        Chain begin = source.chain().begin();
        SignedBlocks other = new SignedBlocks(new TestChain(1, 1, 1, 1));
        Block first = source.blocks().getFirst().getBlock();
        Commit later = other.commit(first, 5);
        assertThat(later).isNotEqualTo(source.blocks().getFirst().getCommit());
        CommittedBlock fetched = source.blocks().getFirst().toBuilder().setCommit(later).build();
        Commit within = source.blocks().get(1).getBlock().getLastCommit();
        assertThat(verify(begin, fetched, Optional.of(within)).block().getCommit())
                .isEqualTo(within);
        assertThat(verify(begin, fetched, Optional.empty()).block().getCommit()).isEqualTo(later);
        Commit bad = within.toBuilder().setRound(1).build();
        assertThat(verify(begin, fetched, Optional.of(bad)).block().getCommit()).isEqualTo(later);
    }

    @Test
    void believesNoClaimsOfOneLiarThatBlocksWereDecided() {
        CatchUpRun run = new CatchUpRun(source).peer(SILENT, 1_000_000, 1);
        ConsensusMessage honest = ConsensusMessage.newBuilder()
                .setHave(HaveState.newBuilder().setHeight(1).setBaseHeight(1)).build();
        run.apply(new Input.Received(run.id(1), List.of(honest), TestChain.GENESIS_MILLIS));
        List<Effect> effects = new ArrayList<>(run.consensus().apply(new Input.Submitted(1,
                List.of(source.chain().orders(1)), TestChain.GENESIS_MILLIS)));
        assertThat(effects).isNotEmpty();
        assertThat(run.consensus().status().peerHeight()).isEqualTo(1);
        assertThat(run.consensus().status().outOfReach()).isFalse();
    }

    private static Decision verify(Chain chain, CommittedBlock fetched, Optional<Commit> within) {
        HeightParts parts = HeightParts.standard(Timeouts.local(), ConsensusLimits.defaults());
        return chain
                .verify(fetched, within,
                        chain.next(Optional.empty(), parts, BlockJudge.Known.NOTHING).rules())
                .orElseThrow();
    }

    /// The block with another root and the commit of the true one.
    private static CommittedBlock forged(CommittedBlock block) {
        CommittedBlock.Builder forged = block.toBuilder();
        forged.getBlockBuilder().getHeaderBuilder().setAppHash(ByteString.copyFrom(new byte[32]));
        return forged.build();
    }
}
