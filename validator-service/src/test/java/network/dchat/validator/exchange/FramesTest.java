package network.dchat.validator.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;
import network.dchat.wire.v1.BlockPart;
import network.dchat.wire.v1.ConsensusFrame;
import network.dchat.wire.v1.ConsensusMessage;
import network.dchat.wire.v1.Part;
import network.dchat.wire.v1.TransactionList;
import network.dchat.wire.v1.Vote;
import org.junit.jupiter.api.Test;

class FramesTest {
    @Test
    void packWithinTheLimitsAndInOrder() {
        ConsensusMessage vote = ConsensusMessage.newBuilder()
                .setVote(Vote.newBuilder().setHeight(1)).build();
        assertThat(Frames.pack(Collections.nCopies(Frames.MESSAGES, vote))).hasSize(1);
        assertThat(Frames.pack(Collections.nCopies(Frames.MESSAGES + 1, vote))).hasSize(2);
        List<ConsensusFrame> large = Frames.pack(Collections.nCopies(40, part(64 * 1024)));
        assertThat(large).hasSize(2).allMatch(Frames::isWithinLimits);
        assertThat(large.stream().mapToInt(ConsensusFrame::getMessagesCount).sum()).isEqualTo(40);
        assertThat(Frames.pack(List.of())).isEmpty();
    }

    @Test
    void refuseFramesOverTheLimits() {
        ConsensusMessage vote = ConsensusMessage.newBuilder().setVote(Vote.newBuilder()).build();
        assertThat(Frames.isWithinLimits(frame(Collections.nCopies(Frames.MESSAGES, vote))))
                .isTrue();
        assertThat(Frames.isWithinLimits(frame(Collections.nCopies(Frames.MESSAGES + 1, vote))))
                .isFalse();
        assertThat(Frames.isWithinLimits(frame(List.of(part(Frames.BYTES))))).isFalse();
        assertThat(Frames.isWithinLimits(frame(List.of(list(Frames.TRANSACTIONS, 1))))).isTrue();
        assertThat(Frames.isWithinLimits(frame(List.of(list(Frames.TRANSACTIONS + 1, 1)))))
                .isFalse();
        assertThat(Frames.isWithinLimits(frame(List.of(list(1, Frames.TRANSACTION_BYTES + 1)))))
                .isFalse();
    }

    @Test
    void splitTransactionsIntoLists() {
        ByteString small = ByteString.copyFrom(new byte[10]);
        assertThat(Frames.lists(Collections.nCopies(Frames.TRANSACTIONS + 1, small))).hasSize(2);
        ByteString large = ByteString.copyFrom(new byte[60 * 1024]);
        assertThat(Frames.lists(Collections.nCopies(20, large))).hasSize(2);
        assertThat(Frames.lists(List.of())).isEmpty();
    }

    private static ConsensusFrame frame(List<ConsensusMessage> messages) {
        return ConsensusFrame.newBuilder().addAllMessages(messages).build();
    }

    private static ConsensusMessage list(int count, int bytes) {
        ByteString transaction = ByteString.copyFrom(new byte[bytes]);
        return ConsensusMessage.newBuilder().setTransactions(TransactionList.newBuilder()
                .addAllTransactions(Collections.nCopies(count, transaction))).build();
    }

    private static ConsensusMessage part(int bytes) {
        return ConsensusMessage.newBuilder()
                .setBlockPart(BlockPart.newBuilder()
                        .setPart(Part.newBuilder().setBytes(ByteString.copyFrom(new byte[bytes]))))
                .build();
    }
}
