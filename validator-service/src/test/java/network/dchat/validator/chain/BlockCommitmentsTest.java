package network.dchat.validator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SigningKey;
import network.dchat.ledger.OrderCommitment;
import network.dchat.ledger.OrderPosition;
import network.dchat.ledger.Transactions;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.BlockData;
import network.dchat.wire.v1.Header;
import org.junit.jupiter.api.Test;

class BlockCommitmentsTest {
    private final SigningKey key = SigningKey.fromSeed(ByteString.copyFrom(new byte[32]));

    @Test
    void findsTheFirstPositionOfEach() {
        BlockCommitments commitments = BlockCommitments
                .of(block(9, List.of("a", "b"), List.of("c", "a")));
        assertThat(commitments.size()).isEqualTo(3);
        assertThat(commitments.find(commitment("a"))).contains(new OrderPosition(9, 0, 0));
        assertThat(commitments.find(commitment("b"))).contains(new OrderPosition(9, 0, 1));
        assertThat(commitments.find(commitment("c"))).contains(new OrderPosition(9, 1, 0));
        assertThat(commitments.find(commitment("d"))).isEmpty();
        assertThat(new BlockCommitments(9, commitments.commitments(), commitments.positions())
                .find(commitment("b"))).contains(new OrderPosition(9, 0, 1));
        assertThatThrownBy(
                () -> new BlockCommitments(9, commitments.commitments(), ByteString.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void looksInTheIndexOnlyForWhatItHasForgotten() {
        OrderPosition old = new OrderPosition(1, 0, 0);
        CommitmentFinder finder = new CommitmentFinder(
                sought -> sought.equals(commitment("old")) ? Optional.of(old) : Optional.empty());
        assertThat(finder.find(commitment("old"))).contains(old);
        finder.add(BlockCommitments.of(block(1, List.of("a"))));
        assertThat(finder.find(commitment("old"))).isEmpty();
        assertThat(finder.find(commitment("a"))).contains(new OrderPosition(1, 0, 0));
        for (int height = 2; height <= 1_001; height++) {
            finder.add(BlockCommitments.of(block(height, List.of("at " + height))));
        }
        assertThat(finder.find(commitment("old"))).contains(old);
        assertThat(finder.find(commitment("a"))).isEmpty();
        assertThat(finder.find(commitment("at 1001"))).contains(new OrderPosition(1_001, 0, 0));
    }

    @SafeVarargs
    private Block block(long height, List<String>... batches) {
        BlockData.Builder data = BlockData.newBuilder();
        long sequence = 0;
        for (List<String> batch : batches) {
            data.addTxs(Transactions
                    .orderBatch(new NetworkId(Hash.ZERO), key, ++sequence,
                            batch.stream().map(BlockCommitmentsTest::commitment).toList())
                    .encoded());
        }
        return Block.newBuilder().setHeader(Header.newBuilder().setHeight(height)).setData(data)
                .build();
    }

    private static OrderCommitment commitment(String name) {
        return new OrderCommitment(Sha256.of(ByteString.copyFromUtf8(name)));
    }
}
