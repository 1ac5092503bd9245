package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import network.dchat.starter.launch.RunningNode;
import network.dchat.surrogate.Nodes;
import network.dchat.wire.v1.ConversationRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two users and one small relay over real gRPC: there and back, through a crash.
class TwoUsersTest {
    private static final long LONG_AGO = 60L * 60 * 1000;

    @TempDir
    private Path directory;

    @Test
    void aMessageIsDeliveredAlsoToOneWhoWasAwayAndCrashed() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode relay = nodes.relay("relay");
            Map<String, Object> settings = Map.of("dchat.client.relays", relay.peerId().toString());
            ClientNode anna = Nodes.client(nodes.user("anna", settings));
            RunningNode bertsNode = nodes.user("bert", settings);
            ClientNode bert = Nodes.client(bertsNode);
            nodes.awaitReady(anna, bert);

            String id = Nodes.send(anna, bert, "Hello Bert");
            ConversationRow sent = nodes.await(anna, id, row -> row.getDeliveredAt() > 0
                    && row.getStoredAt() > 0 && row.getArchivedShards() == 15);
            assertThat(sent.getSentAt()).isGreaterThanOrEqualTo(sent.getQueuedAt());
            assertThat(Nodes.texts(bert.conversation(anna.address(), 10)))
                    .containsExactly("Hello Bert");

            nodes.crash(bertsNode);
            String second = Nodes.send(anna, bert, "Are you there?");
            nodes.await(anna, second, row -> row.getStoredAt() > 0);
            ClientNode back = Nodes.client(nodes.user("bert", settings));
            nodes.await(anna, second, row -> row.getDeliveredAt() > 0);
            assertThat(Nodes.texts(back.conversation(anna.address(), 10)))
                    .containsExactly("Hello Bert", "Are you there?");

            String answer = Nodes.send(back, anna, "Yes");
            nodes.await(anna, answer, row -> !row.getOutgoing());
            nodes.await(() -> anna.readArchive(10).messages().size() == 3);
        }
    }

    @Test
    void whatWasReadIsToldAndNoStateGoesBack() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode relay = nodes.relay("relay");
            Map<String, Object> settings = Map.of("dchat.client.relays", relay.peerId().toString());
            ClientNode anna = Nodes.client(nodes.user("anna", settings));
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            String first = Nodes.send(anna, bert, "One");
            String second = Nodes.send(anna, bert, "Two");
            nodes.await(bert, first, row -> true);
            ConversationRow last = nodes.await(bert, second, row -> true);
            assertThat(DeliveryState.of(last)).isEqualTo(DeliveryState.DELIVERED);

            assertThat(bert.readThrough(last)).isEqualTo(2);
            assertThat(bert.readThrough(last)).isZero();
            nodes.await(anna, first, row -> row.getReadAt() > 0);
            nodes.await(anna, second, row -> row.getReadAt() > 0);
            assertThat(Nodes.texts(bert.conversation(anna.address(), 10)))
                    .as("receipts are no lines").containsExactly("One", "Two");
            assertThat(anna.conversation(bert.address(), 10)).hasSize(2);

            nodes.town().blocks(0);
            nodes.await(anna, second, ConversationRow::hasPosition);
            assertThat(DeliveryState.of(anna.message(second).orElseThrow())).as("final after read")
                    .isEqualTo(DeliveryState.READ);
            nodes.await(bert, second, ConversationRow::hasPosition);
            assertThat(DeliveryState.of(bert.message(second).orElseThrow()))
                    .isEqualTo(DeliveryState.READ);
        }
    }

    @Test
    void nobodyIsToldWhereReadReceiptsAreOff() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode relay = nodes.relay("relay");
            String name = relay.peerId().toString();
            ClientNode anna = Nodes.client(nodes.user("anna", Map.of("dchat.client.relays", name)));
            ClientNode bert = Nodes.client(nodes.user("bert",
                    Map.of("dchat.client.relays", name, "dchat.client.read-receipts", "false")));
            nodes.awaitReady(anna, bert);
            String id = Nodes.send(anna, bert, "One");
            assertThat(bert.readThrough(nodes.await(bert, id, row -> true))).isOne();
            assertThat(bert.message(id).orElseThrow().getReadAt()).isPositive();

            String answer = Nodes.send(bert, anna, "An answer comes after any receipt would");
            nodes.await(anna, answer, row -> true);
            assertThat(anna.message(id).orElseThrow().getReadAt()).isZero();
        }
    }

    @Test
    void aBodyThatCameLongAfterItsBlockIsShownWhereItArrived() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode relay = nodes.relay("relay");
            Map<String, Object> settings = Map.of("dchat.client.relays", relay.peerId().toString());
            ClientNode anna = Nodes.client(nodes.user("anna", settings));
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            nodes.town().blocks(LONG_AGO);
            String late = Nodes.send(anna, bert, "Late");
            ConversationRow row = nodes.await(bert, late, ConversationRow::hasPosition);
            nodes.town().blocks(0);
            String prompt = Nodes.send(anna, bert, "In time");
            assertThat(LateArrival.isLate(nodes.await(bert, prompt, ConversationRow::hasPosition)))
                    .isFalse();

            assertThat(LateArrival.isLate(row)).isTrue();
            assertThat(row.getQueuedAt() - row.getFinalAt()).isBetween(LONG_AGO, LONG_AGO + 60_000);
            assertThat(LateArrival.isLate(nodes.await(anna, late, ConversationRow::hasPosition)))
                    .as("the sender's own").isFalse();
            assertThat(Nodes.texts(bert.conversation(anna.address(), 10))).containsExactly("Late",
                    "In time");
        }
    }
}
