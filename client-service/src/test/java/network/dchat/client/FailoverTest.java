package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.dchat.identity.PeerId;
import network.dchat.identity.UserRecord;
import network.dchat.starter.launch.RunningNode;
import network.dchat.surrogate.Nodes;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.RejectionCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Relays that die or refuse, over real gRPC.
class FailoverTest {
    @TempDir
    private Path directory;

    @Test
    void threeAreChosenAndOneThatStaysAwayGivesWayToAnother() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            List<RunningNode> relays = new ArrayList<>();
            for (String name : List.of("relay1", "relay2", "relay3", "relay4")) {
                relays.add(nodes.relay(name));
            }
            Map<String, Object> settings = Map.of("dchat.client.relay-patience", "3s");
            ClientNode anna = Nodes.client(nodes.user("anna", settings));
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            nodes.await(() -> anna.attached() == 3 && isPublished(nodes, anna));
            List<PeerId> first = anna.relays();
            assertThat(first).hasSize(3).doesNotHaveDuplicates();
            UserRecord before = nodes.town().record(anna.address()).orElseThrow();

            RunningNode dead = relays.stream()
                    .filter(relay -> relay.peerId().equals(first.getFirst())).findFirst()
                    .orElseThrow();
            nodes.crashRelay(dead);
            String meanwhile = Nodes.send(anna, bert, "One of my relays is dead");
            nodes.await(anna, meanwhile, row -> row.getDeliveredAt() > 0);
            nodes.await(
                    () -> anna.relays().size() == 3 && !anna.relays().contains(first.getFirst()));
            nodes.await(() -> isPublished(nodes, anna));
            assertThat(nodes.town().record(anna.address()).orElseThrow().sequence())
                    .isGreaterThan(before.sequence());
            assertThat(anna.drainedRelays()).contains(first.getFirst());

            String after = Nodes.send(bert, anna, "I found your new one");
            nodes.await(bert, after, row -> row.getDeliveredAt() > 0);
            assertThat(Nodes.texts(anna.conversation(bert.address(), 10)))
                    .containsExactly("One of my relays is dead", "I found your new one");
        }
    }

    @Test
    void aRelayThatRefusesIsPassedOver() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode broke = nodes.relay("broke");
            RunningNode good = nodes.relay("good");
            nodes.town().refuse(broke.peerId(), RejectionCode.INSUFFICIENT_FUNDS);
            Map<String, Object> settings = Map.of("dchat.client.relays",
                    broke.peerId() + "," + good.peerId());
            ClientNode anna = Nodes.client(nodes.user("anna", settings));
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            nodes.await(() -> anna.attached() == 2);
            String id = Nodes.send(anna, bert, "Who takes it?");
            ConversationRow sent = nodes.await(anna, id, found -> found.getDeliveredAt() > 0);
            assertThat(nodes.town().refusals(broke.peerId())).isOne();
            assertThat(sent.getSentAt()).isPositive();
            assertThat(sent.getRefusal()).isEmpty();
        }
    }

    @Test
    void nothingIsSentBeforeARelayTookIt() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode full = nodes.relay("full");
            nodes.town().refuse(full.peerId(), RejectionCode.QUOTA_EXCEEDED);
            Map<String, Object> settings = Map.of("dchat.client.relays", full.peerId().toString());
            ClientNode anna = Nodes.client(nodes.user("anna", settings));
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            String id = Nodes.send(anna, bert, "Who takes it?");
            ConversationRow row = nodes.await(anna, id,
                    found -> found.getRefusal().startsWith("QUOTA_EXCEEDED"));
            assertThat(row.getSentAt()).isZero();
            assertThat(DeliveryState.of(row)).isEqualTo(DeliveryState.QUEUED);
            assertThat(anna.queued()).as("it still goes on").isOne();
            nodes.town().accept(full.peerId());
            ConversationRow sent = nodes.await(anna, id, found -> found.getSentAt() > 0);
            assertThat(sent.getRefusal()).isEmpty();
        }
    }

    private static boolean isPublished(Nodes nodes, ClientNode client) {
        return nodes.town().record(client.address())
                .filter(record -> record.relays().equals(client.relays())).isPresent();
    }
}
