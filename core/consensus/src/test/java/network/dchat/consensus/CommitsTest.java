package network.dchat.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import network.dchat.ledger.ValidatorSet;
import network.dchat.wire.v1.BlockIdFlag;
import network.dchat.wire.v1.Commit;
import network.dchat.wire.v1.CommitSig;
import org.junit.jupiter.api.Test;

class CommitsTest {
    @Test
    void takesTheMedianByWeight() {
        assertThat(median(new long[]{10, 10, 10}, 1_000, 2_000, 3_000)).isEqualTo(2_000);
        assertThat(median(new long[]{10, 10, 10, 10}, 4_000, 3_000, 2_000, 1_000)).isEqualTo(2_000);
        assertThat(median(new long[]{50, 10, 10, 10}, 9_000, 1_000, 2_000, 3_000)).isEqualTo(9_000);
        assertThat(median(new long[]{10, 10, 10, 10}, -1, 1_000, 2_000, 3_000)).isEqualTo(2_000);
    }

    @Test
    void oneLiarOfFourNeverSetsTheTime() {
        assertThat(median(new long[]{1, 1, 1, 1}, 1, -1, 5_000, 5_001)).isEqualTo(5_000);
        assertThat(median(new long[]{1, 1, 1, 1}, 9_999_999, -1, 5_000, 5_001)).isEqualTo(5_001);
    }

    /// @param millis the time of each validator's precommit; negative: it is absent
    private static long median(long[] powers, long... millis) {
        ValidatorSet set = new TestChain(powers).begin().validators();
        Commit.Builder commit = Commit.newBuilder();
        for (long time : millis) {
            commit.addSignatures(time < 0
                    ? CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_ABSENT)
                    : CommitSig.newBuilder().setBlockIdFlag(BlockIdFlag.BLOCK_ID_FLAG_COMMIT)
                            .setTimestamp(WireForm.timestamp(time)));
        }
        return WireForm.millis(Commits.medianTime(commit.build(), set));
    }
}
