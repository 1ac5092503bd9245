package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import network.dchat.starter.launch.RunningNode;
import network.dchat.surrogate.Nodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store that cannot be written for a while, as with a full disk: another connection holds it.
class StoreFailureTest {
    @TempDir
    private Path directory;

    @Test
    void whatCannotBeKeptIsNeitherTakenNorAcknowledgedAndLaterAllGoesOn() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode relay = nodes.relay("relay");
            Map<String, Object> settings = Map.of("dchat.client.relays", relay.peerId().toString());
            ClientNode anna = Nodes.client(nodes.user("anna", settings));
            ClientNode bert = Nodes.client(nodes.user("bert", settings));
            nodes.awaitReady(anna, bert);
            nodes.await(() -> bert.restoreProgress().state() == RestoreProgress.State.DONE);
            String id;
            try (Connection other = DriverManager
                    .getConnection("jdbc:sqlite:" + directory.resolve("bert").resolve("user.db"));
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertThatThrownBy(() -> bert.send(anna.address(), "Lost?"))
                        .isInstanceOf(IOException.class);
                id = Nodes.send(anna, bert, "Can you keep this?");
                nodes.await(anna, id, row -> row.getStoredAt() > 0);
                statement.execute("ROLLBACK");
            }
            nodes.await(anna, id, row -> row.getDeliveredAt() > 0);
            assertThat(Nodes.texts(bert.conversation(anna.address(), 10)))
                    .containsExactly("Can you keep this?");
            String answer = Nodes.send(bert, anna, "Now I can");
            nodes.await(bert, answer, row -> row.getDeliveredAt() > 0);
            assertThat(bert.blockedBy()).isEmpty();
        }
    }
}
