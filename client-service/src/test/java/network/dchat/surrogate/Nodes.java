package network.dchat.surrogate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import network.dchat.client.ClientNode;
import network.dchat.client.keys.KeyStore;
import network.dchat.client.keys.UserKeys;
import network.dchat.identity.Certified;
import network.dchat.identity.UserRecord;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.loop.LoopTimers;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.ConversationRow;

/// The nodes of one test, in one folder and one [Town].
public final class Nodes implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final Path directory;
    private final Town town = new Town();
    private final List<RunningNode> running = new ArrayList<>();
    private final LoopTimers timers = new LoopTimers("test");

    public Nodes(Path directory) {
        this.directory = directory;
        GenesisFile.save(directory.resolve("genesis.json"), Town.genesis());
    }

    /// What the nodes share.
    public Town town() {
        return town;
    }

    /// Starts a relay, each of an operator of its own.
    public RunningNode relay(String name) {
        RunningNode relay = start(name, "relay", LoneRelay.class, Map.of());
        town.up(relay.peerId(), "127.0.0.1:" + relay.grpcPort(), name);
        return relay;
    }

    /// Stops a relay as a crash would.
    public void crashRelay(RunningNode relay) {
        town.down(relay.peerId());
        crash(relay);
    }

    /// Starts a user's node.
    public RunningNode user(String name, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("dchat.client.archive-delay", "20ms",
                "dchat.client.review-period", "100ms", "dchat.client.restore-pause", "50ms"));
        settings.putAll(more);
        return start(name, "client", Surrogates.class, settings);
    }

    /// Stops a node as a crash would.
    public void crash(RunningNode node) {
        running.remove(node);
        node.crash();
    }

    /// Stops a node in good order.
    public void stop(RunningNode node) {
        running.remove(node);
        node.close();
    }

    /// Loses a user's store; the keys stay.
    public void loseStore(String name) throws Exception {
        for (String file : List.of("user.db", "user.db-wal", "user.db-shm")) {
            Files.deleteIfExists(directory.resolve(name).resolve(file));
        }
    }

    /// The client in a node.
    public static ClientNode client(RunningNode node) {
        return node.context().getBean(ClientNode.class);
    }

    /// Puts a record into the network as if the user's clock had been ahead.
    public UserRecord ahead(RunningNode node, long millis) throws Exception {
        Path folder = directory.resolve(node.name());
        NodeIdentity identity = node.context().getBean(NodeIdentity.class);
        UserKeys keys = new KeyStore(folder.resolve("user.keys"), identity.networkId()).open(
                Files.readString(folder.resolve("user.secret")).strip(),
                node.context().getBean(InstantSource.class).millis());
        UserRecord record = town.record(keys.address()).orElseThrow();
        Certified<UserRecord> later = new UserRecord(record.identityKey(), record.relays(),
                record.prekey(), record.devices(), record.sequence() + millis,
                record.expiresAtMillis()).sign(identity.networkId(), keys.identity());
        town.records.put(keys.address(), later);
        return later.value();
    }

    /// The texts of messages.
    public static List<String> texts(List<ConversationRow> rows) {
        return rows.stream().map(row -> row.getBody().toStringUtf8()).toList();
    }

    /// Sends a message and answers its id.
    public static String send(ClientNode from, ClientNode to, String text) throws Exception {
        return from.send(to.address(), text).id().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /// Waits until a message is as it should be.
    public ConversationRow await(ClientNode client, String id, Predicate<ConversationRow> condition)
            throws Exception {
        await(() -> client.message(id).filter(condition).isPresent());
        return client.message(id).orElseThrow();
    }

    /// Waits until all are ready.
    public void awaitReady(ClientNode... clients) throws Exception {
        for (ClientNode client : clients) {
            await(() -> client.blockedBy().isEmpty());
        }
    }

    /// Waits until something holds, looking every 20 ms.
    public void await(Callable<Boolean> condition) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        look(condition, reached);
        assertThat(reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("reached in time")
                .isTrue();
    }

    private void look(Callable<Boolean> condition, CountDownLatch reached) {
        timers.after(Duration.ofMillis(20), () -> {
            if (holds(condition)) {
                reached.countDown();
            } else {
                look(condition, reached);
            }
        });
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private RunningNode start(String name, String role, Class<?> application,
            Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("fixture.town", town);
        settings.put("dchat.node.role", role);
        settings.put("dchat.node.name", name);
        settings.put("dchat.node.genesis", directory.resolve("genesis.json").toString());
        settings.put("dchat.node.data-directory", directory.resolve(name).toString());
        settings.put("dchat.node.listen", "127.0.0.1:0");
        settings.put("dchat.node.http-listen", "127.0.0.1:0");
        RunningNode node = RunningNode.start(application, settings);
        running.add(node);
        return node;
    }

    @Override
    public void close() {
        List.copyOf(running).reversed().forEach(this::stop);
        timers.close();
    }
}
