package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import network.dchat.identity.UserRecord;
import network.dchat.mesh.HistoryPacker;
import network.dchat.starter.launch.RunningNode;
import network.dchat.surrogate.MemoryArchive;
import network.dchat.surrogate.Nodes;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.HistoryPack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A lost disk: the keys are kept, the store is gone, the mesh has the history.
class RestoreTest {
    @TempDir
    private Path directory;

    @Test
    void aLostStoreIsFilledFromTheMeshAndLifeGoesOn() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            Map<String, Object> settings = relay(nodes);
            RunningNode annasNode = nodes.user("anna", settings);
            ClientNode anna = Nodes.client(annasNode);
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            nodes.town().blocks(0);
            String first = Nodes.send(anna, bert, "One");
            String reply = Nodes.send(bert, anna, "Two");
            nodes.await(anna, reply, ConversationRow::hasPosition);
            anna.readThrough(anna.message(reply).orElseThrow());
            String third = Nodes.send(anna, bert, "Three");
            nodes.await(anna, first, RestoreTest::isDelivered);
            nodes.await(anna, third, RestoreTest::isDelivered);
            nodes.await(() -> anna.readArchive(10).messages().stream()
                    .filter(row -> isDelivered(row) || row.getReadAt() > 0).count() == 3);
            List<ConversationRow> before = anna.conversation(bert.address(), 10);
            UserRecord record = nodes.town().record(anna.address()).orElseThrow();
            nodes.stop(annasNode);
            nodes.loseStore("anna");

            ClientNode back = Nodes.client(nodes.user("anna", settings));
            nodes.await(() -> back.restoreProgress().state() == RestoreProgress.State.DONE);
            assertThat(back.restoreProgress().messages()).isEqualTo(3);
            assertThat(back.restoreProgress().faults()).isEmpty();
            List<ConversationRow> after = back.conversation(bert.address(), 10);
            assertThat(Nodes.texts(after)).isEqualTo(Nodes.texts(before));
            for (int index = 0; index < before.size(); index++) {
                ConversationRow was = before.get(index);
                ConversationRow is = after.get(index);
                assertThat(DeliveryState.of(is)).isEqualTo(DeliveryState.of(was));
                assertThat(is.getPosition()).isEqualTo(was.getPosition());
                assertThat(is.getCounter()).isEqualTo(was.getCounter());
                assertThat(is.getArchivedShards()).isEqualTo(15);
            }
            assertThat(back.search("thr", 10)).hasSize(1);
            goesOn(nodes, back, bert, before, record);
        }
    }

    /// New sessions both ways, and nothing that must not be used twice is.
    private static void goesOn(Nodes nodes, ClientNode back, ClientNode bert,
            List<ConversationRow> before, UserRecord record) throws Exception {
        nodes.awaitReady(back);
        assertThat(nodes.town().record(back.address()).orElseThrow().sequence())
                .isGreaterThan(record.sequence());
        String fourth = Nodes.send(back, bert, "Four");
        ConversationRow sent = nodes.await(back, fourth, RestoreTest::isDelivered);
        assertThat(sent.getCounter()).isGreaterThan(
                before.stream().mapToLong(ConversationRow::getCounter).max().orElseThrow());
        nodes.await(bert, fourth, row -> row.getBody().toStringUtf8().equals("Four"));
        String fifth = Nodes.send(bert, back, "Five");
        nodes.await(back, fifth, row -> row.getBody().toStringUtf8().equals("Five"));
    }

    @Test
    void damagedAndMissingObjectsAreNamedAndDoNotStopTheRest() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            Map<String, Object> settings = relay(nodes);
            RunningNode annasNode = nodes.user("anna", settings);
            ClientNode anna = Nodes.client(annasNode);
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            MemoryArchive archive = nodes.town().archive();
            for (String text : List.of("One", "Two", "Three", "Four")) {
                int packs = archive.names(anna.address()).size();
                Nodes.send(anna, bert, text);
                nodes.await(() -> archive.names(anna.address()).size() > packs);
            }
            List<String> names = archive.names(anna.address());
            nodes.stop(annasNode);
            nodes.loseStore("anna");
            archive.replace(names.get(0), ByteString.copyFromUtf8("no pack"));
            archive.replace(names.get(1), damaged(archive.bytes(names.get(1))));
            archive.lose(names.get(2), true);

            annasNode = nodes.user("anna", settings);
            ClientNode back = Nodes.client(annasNode);
            nodes.await(() -> back.restoreProgress().failed() == 3
                    && !back.conversation(bert.address(), 10).isEmpty());
            assertThat(Nodes.texts(back.conversation(bert.address(), 10))).containsExactly("Four");
            assertThat(back.restoreProgress().faults()).extracting(RestoreProgress.Fault::object)
                    .containsExactlyInAnyOrderElementsOf(names.subList(0, 3));
            assertThat(back.restoreProgress().state()).isEqualTo(RestoreProgress.State.RUNNING);
            assertThat(back.readArchive(10).faults()).hasSize(3);

            archive.lose(names.get(2), false);
            nodes.await(() -> back.restoreProgress().state() == RestoreProgress.State.DONE);
            assertThat(Nodes.texts(back.conversation(bert.address(), 10))).containsExactly("Three",
                    "Four");
            assertThat(back.restoreProgress().faults()).extracting(RestoreProgress.Fault::object)
                    .containsExactlyElementsOf(names.subList(0, 2));
            assertThat(back.restoreProgress().faults().get(1).reason())
                    .isEqualTo("1 of 1 records cannot be read");
            repeatingChangesNothing(nodes, annasNode, settings);
        }
    }

    private static void repeatingChangesNothing(Nodes nodes, RunningNode node,
            Map<String, Object> settings) throws Exception {
        ClientNode before = Nodes.client(node);
        int faults = before.restoreProgress().failed();
        int read = before.restoreProgress().read();
        int gets = nodes.town().archive().gets();
        before.restore();
        nodes.await(() -> before.restoreProgress().state() == RestoreProgress.State.DONE);
        assertThat(nodes.town().archive().gets()).as("each pack is read once").isEqualTo(gets);
        nodes.crash(node);
        ClientNode again = Nodes.client(nodes.user("anna", settings));
        assertThat(again.restoreProgress().state()).isEqualTo(RestoreProgress.State.DONE);
        assertThat(again.restoreProgress().failed()).isEqualTo(faults);
        assertThat(again.restoreProgress().read()).isEqualTo(read);
    }

    @Test
    void whatIsReadWhileAnEarlierStateIsOnItsWayIsArchivedToo() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            Map<String, Object> settings = relay(nodes);
            ClientNode anna = Nodes.client(nodes.user("anna", settings));
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            nodes.town().blocks(0);
            MemoryArchive archive = nodes.town().archive();
            archive.hold(true);
            String id = Nodes.send(anna, bert, "One");
            nodes.await(anna, id, RestoreTest::isDelivered);
            nodes.await(() -> anna.readArchive(10).messages().stream()
                    .anyMatch(RestoreTest::isDelivered));
            bert.readThrough(nodes.await(bert, id, row -> true));
            nodes.await(anna, id, row -> row.getReadAt() > 0);
            archive.hold(false);
            nodes.await(() -> anna.readArchive(10).messages().stream()
                    .anyMatch(row -> row.getReadAt() > 0));
        }
    }

    @Test
    void aRestoreThatCrashedGoesOnWhereItWas() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            Map<String, Object> settings = relay(nodes);
            RunningNode annasNode = nodes.user("anna", settings);
            ClientNode anna = Nodes.client(annasNode);
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            MemoryArchive archive = nodes.town().archive();
            for (String text : List.of("One", "Two")) {
                int packs = archive.names(anna.address()).size();
                Nodes.send(anna, bert, text);
                nodes.await(() -> archive.names(anna.address()).size() > packs);
            }
            nodes.stop(annasNode);
            nodes.loseStore("anna");
            List<String> names = archive.names(anna.address());
            archive.lose(names.getFirst(), true);
            annasNode = nodes.user("anna", settings);
            ClientNode half = Nodes.client(annasNode);
            nodes.await(() -> half.restoreProgress().read() == names.size() - 1);
            nodes.crash(annasNode);
            archive.away(true);
            annasNode = nodes.user("anna", settings);
            ClientNode waiting = Nodes.client(annasNode);
            nodes.await(() -> waiting.restoreProgress().waitsFor().contains("nobody is here"));
            assertThat(waiting.restoreProgress().state()).isEqualTo(RestoreProgress.State.RUNNING);
            assertThat(waiting.restoreProgress().read()).isEqualTo(names.size() - 1);

            int gets = archive.gets();
            archive.lose(names.getFirst(), false);
            archive.away(false);
            nodes.await(() -> waiting.restoreProgress().state() == RestoreProgress.State.DONE);
            assertThat(archive.gets()).isEqualTo(gets + 1);
            assertThat(Nodes.texts(waiting.conversation(bert.address(), 10))).containsExactly("One",
                    "Two");
        }
    }

    private static Map<String, Object> relay(Nodes nodes) {
        return Map.of("dchat.client.relays", nodes.relay("relay").peerId().toString());
    }

    private static boolean isDelivered(ConversationRow row) {
        return row.hasPosition() && row.getDeliveredAt() > 0;
    }

    /// The same pack with its first record changed in its last byte.
    private static ByteString damaged(ByteString pack) {
        HistoryPack.Builder damaged = HistoryPack.newBuilder();
        HistoryPacker.unpack(pack).toOptional().orElseThrow().forEach(record -> {
            byte[] bytes = record.toByteArray();
            bytes[bytes.length - 1] ^= 1;
            damaged.addSealedRecords(ByteString.copyFrom(bytes));
        });
        return damaged.build().toByteString();
    }
}
