package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import network.dchat.wire.v1.ContentKind;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.Position;
import org.junit.jupiter.api.Test;

class MessageIndexTest {
    private static final ByteString PEER = ByteString.copyFrom(new byte[20]);
    private static final long ALLOWED = LateArrival.ALLOWED_MILLIS;
    private static final long START = 100 * ALLOWED;

    @Test
    void showsFinalOnesByPositionAndTheOthersAfterThem() {
        MessageIndex index = new MessageIndex();
        index.show(row(1, START + 3).build());
        index.show(placed(2, START + 2, 8, START).build());
        index.show(placed(3, START + 1, 9, START).build());
        index.show(row(4, START).build());
        assertThat(index.conversation(PEER)).containsExactly(id(2), id(3), id(4), id(1));
    }

    @Test
    void isLateFromOneMillisecondAfterTheTimeAllowed() {
        assertThat(LateArrival.isLate(placed(1, START + ALLOWED, 5, START).build())).isFalse();
        assertThat(LateArrival.isLate(placed(1, START + ALLOWED + 1, 5, START).build())).isTrue();
        assertThat(LateArrival
                .isLate(placed(1, START + ALLOWED + 1, 5, START).setOutgoing(true).build()))
                .isFalse();
        assertThat(LateArrival.isLate(row(1, START + ALLOWED + 1).build())).isFalse();
    }

    @Test
    void showsALateOneWhereItArrivedAndSlipsNothingIntoThePast() {
        List<ConversationRow> rows = new ArrayList<>(
                List.of(placed(1, START, 10, START - 5).build(),
                        placed(2, START + 3 * ALLOWED, 30, START + 3 * ALLOWED - 5).build(),
                        // Of the past, by its place in the order; it came after the second.
                        placed(3, START + 4 * ALLOWED, 5, START).build(),
                        placed(4, START + 4 * ALLOWED + 1, 6, START).build(),
                        placed(5, START + 5 * ALLOWED, 50, START + 5 * ALLOWED - 5).build(),
                        row(6, START + 2 * ALLOWED).build()));
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(rows, new Random(seed));
            MessageIndex index = new MessageIndex();
            rows.forEach(index::show);
            assertThat(index.conversation(PEER)).as("seed " + seed).containsExactly(id(1), id(2),
                    id(3), id(4), id(5), id(6));
        }
    }

    @Test
    void aLateOneThatCameFirstStaysFirst() {
        MessageIndex index = new MessageIndex();
        index.show(placed(1, START, 5, START - 2 * ALLOWED).build());
        index.show(placed(2, START + 1, 9, START).build());
        assertThat(index.conversation(PEER)).containsExactly(id(1), id(2));
    }

    @Test
    void namesTheUnreadUpToAMessage() {
        MessageIndex index = new MessageIndex();
        index.show(placed(1, START, 1, START).build());
        index.show(placed(2, START, 2, START).setReadAt(START).build());
        index.show(placed(3, START, 3, START).setOutgoing(true).build());
        index.show(placed(4, START, 4, START).build());
        index.show(placed(5, START, 5, START).build());
        assertThat(index.unread(PEER, id(4))).containsExactly(id(1), id(4));
        assertThat(index.unread(PEER, id(9))).isEmpty();
    }

    @Test
    void countsAsWaitingWhatIsStillTried() {
        MessageIndex index = new MessageIndex();
        index.show(row(1, START).setOutgoing(true).build());
        index.show(row(2, START).setOutgoing(true).setRefusal("OVERLOADED: later").build());
        index.show(row(3, START).setOutgoing(true).setRefusal(Refusal.EXPIRED).build());
        index.show(row(4, START).setOutgoing(true).setRefusal(Refusal.INTERRUPTED).build());
        index.show(row(5, START).setOutgoing(true).setStoredAt(START).build());
        assertThat(index.waiting()).isEqualTo(2);
    }

    @Test
    void showsNoReceipts() {
        MessageIndex index = new MessageIndex();
        index.show(row(1, START).setKind(ContentKind.READ_RECEIPT).build());
        assertThat(index.size()).isZero();
        assertThat(index.heardOf(PEER)).isFalse();
    }

    private static ConversationRow.Builder row(int number, long atMillis) {
        return ConversationRow.newBuilder().setId(bytes(number)).setPeer(PEER)
                .setKind(ContentKind.TEXT).setBody(ByteString.copyFromUtf8("text " + number))
                .setQueuedAt(atMillis);
    }

    private static ConversationRow.Builder placed(int number, long atMillis, long height,
            long blockMillis) {
        return row(number, atMillis).setPosition(Position.newBuilder().setHeight(height))
                .setFinalAt(blockMillis);
    }

    private static ByteString bytes(int number) {
        byte[] bytes = new byte[32];
        bytes[31] = (byte) number;
        return ByteString.copyFrom(bytes);
    }

    private static String id(int number) {
        return "0".repeat(63) + number;
    }
}
