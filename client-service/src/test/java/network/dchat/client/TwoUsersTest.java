package network.dchat.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import network.dchat.identity.SigningKey;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.GenesisFile;
import network.dchat.surrogate.LoneRelay;
import network.dchat.surrogate.Surrogates;
import network.dchat.wire.v1.ConversationRow;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisValidator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two users and one small relay over real gRPC: there and back, through a crash.
class TwoUsersTest {
    @TempDir
    private Path directory;

    private final Surrogates.SharedRecords records = new Surrogates.SharedRecords(
            new ConcurrentHashMap<>());

    @Test
    void aMessageIsDeliveredAlsoToOneWhoWasAwayAndCrashed() throws Exception {
        genesis();
        try (RunningNode relay = start("relay", LoneRelay.class, Map.of())) {
            Map<String, Object> settings = Map.of("fixture.relay-address",
                    "127.0.0.1:" + relay.grpcPort(), "fixture.records", records,
                    "dchat.client.relays", relay.peerId().toString(), "dchat.client.archive-delay",
                    "50ms", "dchat.client.review-period", "200ms");
            RunningNode anna = start("anna", Surrogates.class, settings);
            RunningNode bert = start("bert", Surrogates.class, settings);
            ClientNode annas = client(anna);
            ClientNode berts = client(bert);
            await(anna, () -> annas.blockedBy().isEmpty() && berts.blockedBy().isEmpty());

            String id = annas.send(berts.address(), "Hello Bert").id().get(10, TimeUnit.SECONDS);
            ConversationRow sent = await(anna, annas, id, row -> row.getDeliveredAt() > 0
                    && row.getStoredAt() > 0 && row.getArchivedShards() == 15);
            assertThat(sent.getSentAt()).isGreaterThanOrEqualTo(sent.getQueuedAt());
            assertThat(berts.conversation(annas.address(), 10)).singleElement().satisfies(
                    row -> assertThat(row.getBody().toStringUtf8()).isEqualTo("Hello Bert"));

            bert.crash();
            String second = annas.send(berts.address(), "Are you there?").id().get(10,
                    TimeUnit.SECONDS);
            await(anna, annas, second, row -> row.getStoredAt() > 0);
            RunningNode again = start("bert", Surrogates.class, settings);
            await(anna, annas, second, row -> row.getDeliveredAt() > 0);
            ClientNode back = client(again);
            assertThat(texts(back.conversation(annas.address(), 10))).containsExactly("Hello Bert",
                    "Are you there?");

            String answer = back.send(annas.address(), "Yes").id().get(10, TimeUnit.SECONDS);
            await(anna, annas, answer, row -> !row.getOutgoing());
            assertThat(annas.restore().records()).hasSizeGreaterThanOrEqualTo(2);
            again.close();
            anna.close();
        }
    }

    private void genesis() {
        ByteString consensusKey = SigningKey
                .fromSeed(ByteString.copyFromUtf8("validator".repeat(4).substring(0, 32)))
                .publicKey().bytes();
        GenesisFile.save(directory.resolve("genesis.json"),
                Genesis.newBuilder().setName("test").addValidators(
                        GenesisValidator.newBuilder().setConsensusKey(consensusKey).setPower(1))
                        .build());
    }

    private RunningNode start(String name, Class<?> application, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("dchat.node.role", application == LoneRelay.class ? "relay" : "client");
        settings.put("dchat.node.name", name);
        settings.put("dchat.node.genesis", directory.resolve("genesis.json").toString());
        settings.put("dchat.node.data-directory", directory.resolve(name).toString());
        settings.put("dchat.node.listen", "127.0.0.1:0");
        settings.put("dchat.node.http-listen", "127.0.0.1:0");
        return RunningNode.start(application, settings);
    }

    private static ClientNode client(RunningNode node) {
        return node.context().getBean(ClientNode.class);
    }

    private static List<String> texts(List<ConversationRow> rows) {
        return rows.stream().map(row -> row.getBody().toStringUtf8()).toList();
    }

    private static ConversationRow await(RunningNode node, ClientNode client, String id,
            Predicate<ConversationRow> condition) throws Exception {
        await(node, () -> client.message(id).filter(condition).isPresent());
        return client.message(id).orElseThrow();
    }

    /// Looks every 20 ms on the node's own timers.
    private static void await(RunningNode node, java.util.concurrent.Callable<Boolean> condition)
            throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        node.context().getBean(LoopTimers.class).every(java.time.Duration.ofMillis(20), () -> {
            try {
                if (reached.getCount() > 0 && condition.call()) {
                    reached.countDown();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(reached.await(20, TimeUnit.SECONDS)).as("reached in time").isTrue();
    }
}
