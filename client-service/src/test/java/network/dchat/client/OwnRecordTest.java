package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.UserRecord;
import network.dchat.starter.launch.RunningNode;
import network.dchat.surrogate.Nodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnRecordTest {
    private static final long AHEAD_MILLIS = TimeUnit.DAYS.toMillis(1);

    @TempDir
    private Path directory;

    @Test
    void aLostStoreLetsNoSequenceGoBackEvenIfTheClockWasAhead() throws Exception {
        try (Nodes nodes = new Nodes(directory)) {
            RunningNode relay = nodes.relay("relay");
            Map<String, Object> settings = Map.of("dchat.client.relays", relay.peerId().toString());
            RunningNode annasNode = nodes.user("anna", settings);
            ClientNode anna = Nodes.client(annasNode);
            nodes.awaitReady(anna);
            long before = nodes.ahead(annasNode, AHEAD_MILLIS).sequence();
            nodes.stop(annasNode);
            nodes.loseStore("anna");

            ClientNode back = Nodes.client(nodes.user("anna", settings));
            nodes.awaitReady(back);
            UserRecord after = nodes.town().record(back.address()).orElseThrow();
            assertThat(after.sequence()).isEqualTo(before + 1);
        }
    }
}
