package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.Position;
import org.junit.jupiter.api.Test;

class MessageMergeTest {
    private static final ConversationRow EARLY = ConversationRow.newBuilder()
            .setId(ByteString.copyFrom(new byte[32])).setOutgoing(true).setQueuedAt(10)
            .setSentAt(20).build();
    private static final ConversationRow FURTHER = EARLY.toBuilder().setSentAt(25).setStoredAt(30)
            .setFinalAt(40).setPosition(Position.newBuilder().setHeight(7)).build();
    private static final ConversationRow READ = EARLY.toBuilder().setReadAt(60)
            .setPosition(Position.newBuilder().setHeight(8)).build();

    @Test
    void nothingGoesBackWhateverTheOrderOfCopies() {
        ConversationRow one = MessageMerge.merge(MessageMerge.merge(EARLY, FURTHER), READ);
        ConversationRow other = MessageMerge.merge(MessageMerge.merge(READ, FURTHER), EARLY);
        assertThat(one).isEqualTo(other);
        assertThat(one.getSentAt()).isEqualTo(20);
        assertThat(one.getPosition().getHeight()).isEqualTo(7);
        assertThat(DeliveryState.of(one)).isEqualTo(DeliveryState.READ);
        assertThat(MessageMerge.merge(one, FURTHER)).isEqualTo(one);
    }

    @Test
    void whatWasOnItsWayIsSaidToBeInterruptedUntilMoreIsKnown() {
        ConversationRow restored = MessageMerge.restored(EARLY, 14, 15);
        assertThat(restored.getRefusal()).isEqualTo(Refusal.INTERRUPTED);
        assertThat(restored.getArchivedShards()).isEqualTo(14);
        assertThat(MessageMerge.restored(FURTHER, 15, 15).getRefusal()).isEmpty();
        assertThat(MessageMerge.merge(restored, FURTHER).getRefusal()).isEmpty();
        assertThat(MessageMerge.restored(EARLY.toBuilder().setOutgoing(false).build(), 15, 15)
                .getRefusal()).isEmpty();
    }
}
