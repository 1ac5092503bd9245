package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import network.dchat.identity.PeerId;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.HaveState;
import network.dchat.wire.v1.Header;
import org.junit.jupiter.api.Test;

/// Who is asked for which blocks, and what is kept of the answers.
class CatchUpTest {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final CatchUpLimits LIMITS = new CatchUpLimits(4, 64, MEBIBYTE, 10_000, 5_000);
    private static final int SHARE = (int) (MEBIBYTE / 8);
    private static final long GRACE = 200;

    private final TestChain chain = new TestChain(1, 1, 1, 1, 1, 1);
    private final List<PeerId> ids = LongStream.range(0, 6).mapToObj(n -> chain.peer((int) n))
            .sorted().toList();
    private final PeerTable peers = new PeerTable(16);
    private final CatchUp catchUp = new CatchUp(peers, LIMITS, GRACE);
    private long now = 1_000;

    CatchUpTest() {
        for (int index = 0; index < 3; index++) {
            have(index, 1_000, 1);
        }
    }

    @Test
    void asksSeveralPeersForConsecutiveRanges() {
        List<Effect.RequestBlocks> due = due(1);
        assertThat(due).extracting(Effect.RequestBlocks::from).containsExactly(1L, 65L, 129L);
        assertThat(due).extracting(Effect.RequestBlocks::to).containsExactly(64L, 128L, 192L);
        assertThat(due).extracting(Effect.RequestBlocks::peer)
                .containsExactlyElementsOf(ids.subList(0, 3));
        assertThat(due(1)).as("each peer has its request").isEmpty();
        assertThat(catchUp.isBusy()).isTrue();
    }

    @Test
    void asksNoMorePeersThanTheLimit() {
        for (int index = 3; index < 6; index++) {
            have(index, 1_000, 1);
        }
        assertThat(due(1)).hasSize(4);
        assertThat(due(1)).isEmpty();
    }

    @Test
    void waitsAMomentWhenOneBlockBehindAndNotWhenTwo() {
        assertThat(catchUp.due(999, 1_000, now - GRACE + 1, now)).isEmpty();
        assertThat(catchUp.due(1_000, 1_000, now - GRACE, now)).as("nobody decided it").isEmpty();
        assertThat(catchUp.due(999, 1_000, now - GRACE, now)).singleElement()
                .extracting(Effect.RequestBlocks::to).isEqualTo(999L);
        assertThat(new CatchUp(peers, LIMITS, GRACE).due(998, 1_000, now, now)).hasSize(1);
    }

    @Test
    void goesOnWhereAnAnswerEndedEarly() {
        Effect.RequestBlocks first = due(1).getFirst();
        assertThat(answer(first, blocks(1, 10, 0))).isEmpty();
        assertThat(due(1)).singleElement().satisfies(next -> {
            assertThat(next.from()).isEqualTo(11);
            assertThat(next.to()).isEqualTo(64);
        });
        for (long height = 1; height <= 10; height++) {
            assertThat(catchUp.commitWithin(height).isPresent()).isEqualTo(height < 10);
            assertThat(catchUp.take(height)).isPresent();
        }
        assertThat(catchUp.take(11)).isEmpty();
    }

    @Test
    void asksAnotherWhenAPeerSendsNothing() {
        Effect.RequestBlocks first = due(1).getFirst();
        have(3, 1_000, 1);
        answer(first, List.of());
        Effect.RequestBlocks again = due(1).getFirst();
        assertThat(again.from()).isEqualTo(1);
        assertThat(again.peer()).isEqualTo(ids.get(3));
        now += 4_999;
        peers.forget(first.peer());
        have(0, 1_000, 1);
        assertThat(due(1)).as("a new connection does not help").isEmpty();
        now++;
        assertThat(due(1)).extracting(Effect.RequestBlocks::peer).containsExactly(first.peer());
    }

    @Test
    void givesUpOnAnAnswerThatIsLateAndIgnoresItThen() {
        List<Effect.RequestBlocks> due = due(1);
        Effect.RequestBlocks first = due.getFirst();
        answer(due.get(1), blocks(65, 128, 0));
        now += 9_999;
        assertThat(due(1)).extracting(Effect.RequestBlocks::from).containsExactly(193L);
        now++;
        have(3, 1_000, 1);
        assertThat(due(1)).extracting(Effect.RequestBlocks::from).contains(1L);
        assertThat(answer(first, blocks(1, 64, 0))).isEmpty();
        assertThat(catchUp.holds(1)).isFalse();
    }

    @Test
    void asksForTheRangeOfAPeerThatIsLost() {
        Effect.RequestBlocks first = due(1).getFirst();
        have(3, 1_000, 1);
        peers.forget(first.peer());
        catchUp.lost(first.peer());
        assertThat(due(1).getFirst().from()).isEqualTo(first.from());
    }

    @Test
    void refusesBlocksThatWereNotAskedFor() {
        List<Effect.RequestBlocks> due = due(1);
        Effect.RequestBlocks first = due.getFirst();
        assertThat(answer(first, blocks(2, 3, 0))).contains(first.peer());
        Effect.RequestBlocks second = due.get(1);
        List<CommittedBlock> tooMany = blocks(second.from(), second.to() + 1, 0);
        assertThat(answer(second, tooMany)).contains(second.peer());
        assertThat(catchUp.holds(second.from())).isFalse();
        assertThat(catchUp.answered(99, blocks(1, 1, 0), now)).isEmpty();
        assertThat(catchUp.holds(1)).isFalse();
    }

    @Test
    void dropsAllOfALiarAndNothingOfOthers() {
        List<Effect.RequestBlocks> due = due(1);
        answer(due.get(0), blocks(1, 64, 0));
        answer(due.get(1), blocks(65, 128, 0));
        catchUp.distrust(due.getFirst().peer(), now);
        assertThat(catchUp.holds(1)).isFalse();
        assertThat(catchUp.holds(65)).isTrue();
        assertThat(due(1)).singleElement().satisfies(next -> {
            assertThat(next.from()).isEqualTo(1);
            assertThat(next.peer()).isEqualTo(due.get(1).peer());
        });
    }

    @Test
    void asksNobodyWhoHasPrunedTheBlock() {
        have(0, 1_000, 2);
        have(1, 1_000, 500);
        have(2, 1_000, 999);
        assertThat(due(1)).isEmpty();
        assertThat(catchUp.isOutOfReach(1, 1_000, now)).isTrue();
        assertThat(catchUp.isOutOfReach(2, 1_000, now)).isFalse();
        assertThat(due(500)).extracting(Effect.RequestBlocks::peer).containsExactly(ids.get(0),
                ids.get(1));
    }

    @Test
    void isOutOfReachWhileThoseWhoSayTheyHoldTheBlockFail() {
        have(1, 1_000, 500);
        have(2, 1_000, 500);
        assertThat(catchUp.isOutOfReach(1, 1_000, now)).isFalse();
        answer(due(1).getFirst(), List.of());
        assertThat(catchUp.isOutOfReach(1, 1_000, now)).isTrue();
        assertThat(catchUp.isOutOfReach(1, 1, now)).as("nobody is ahead").isFalse();
    }

    @Test
    void boundsTheBytesThatWaitAndThatAreAskedFor() {
        long most = 0;
        for (int turn = 0; turn < 40; turn++) {
            for (Effect.RequestBlocks request : due(2)) {
                answer(request, blocks(request.from(), request.to(), SHARE / 4));
            }
            most = Math.max(most, catchUp.bytes());
        }
        assertThat(most).isBetween(MEBIBYTE - 2 * SHARE, MEBIBYTE);
        assertThat(catchUp.holds(2)).isTrue();
    }

    @Test
    void leavesRoomForTheBlockAtHand() {
        have(1, 1, 1);
        have(2, 1, 1);
        answer(due(1).getFirst(), List.of());
        have(1, 1_000, 65);
        have(2, 1_000, 65);
        for (int turn = 0; turn < 40; turn++) {
            due(1).forEach(
                    request -> answer(request, blocks(request.from(), request.to(), SHARE / 4)));
        }
        now += 5_000;
        assertThat(due(1)).singleElement().extracting(Effect.RequestBlocks::from).isEqualTo(1L);
        assertThat(catchUp.bytes()).isLessThanOrEqualTo(MEBIBYTE);
    }

    @Test
    void takesAFirstBlockWhateverItsSizeAndNoSecondBeyondTheShare() {
        Effect.RequestBlocks first = due(1).getFirst();
        assertThat(first.maximumBytes()).isEqualTo(SHARE);
        answer(first, blocks(1, 2, 2 * SHARE));
        assertThat(catchUp.holds(1)).isTrue();
        assertThat(catchUp.holds(2)).isFalse();
    }

    @Test
    void forgetsWhatWasDecidedMeanwhile() {
        List<Effect.RequestBlocks> due = due(1);
        answer(due.get(0), blocks(1, 64, 100));
        long before = catchUp.bytes();
        assertThat(catchUp.take(64)).isPresent();
        assertThat(catchUp.bytes()).isLessThan(before - 64 * 100);
        assertThat(catchUp.take(65)).isEmpty();
        catchUp.due(300, 301, now, now);
        assertThat(catchUp.isBusy()).as("ranges that are past").isFalse();
    }

    private List<Effect.RequestBlocks> due(long height) {
        return new ArrayList<>(catchUp.due(height, 1_000, 0, now));
    }

    private void have(int peer, long height, long base) {
        peers.announced(ids.get(peer),
                HaveState.newBuilder().setHeight(height).setBaseHeight(base).build());
    }

    private Optional<PeerId> answer(Effect.RequestBlocks request, List<CommittedBlock> blocks) {
        return catchUp.answered(request.id(), blocks, now);
    }

    private static List<CommittedBlock> blocks(long from, long to, int size) {
        ByteString ballast = ByteString.copyFrom(new byte[size]);
        return LongStream.rangeClosed(from, to).mapToObj(height -> CommittedBlock.newBuilder()
                .setBlock(Block.newBuilder().setHeader(Header.newBuilder().setHeight(height))
                        .setData(BlockData.newBuilder().addTxs(ballast)))
                .build()).toList();
    }
}
