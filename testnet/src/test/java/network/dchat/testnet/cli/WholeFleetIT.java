package network.dchat.testnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import network.dchat.gateway.Caller;
import network.dchat.gateway.Message;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.NetworkId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.PortableProofVerifier;
import network.dchat.starter.bus.Topic;
import network.dchat.starter.node.GenesisFile;
import network.dchat.testnet.fleet.Fleet;
import network.dchat.testnet.fleet.FleetPlan;
import network.dchat.testnet.fleet.FleetSize;
import network.dchat.wire.v1.Block;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.OrderEvent;
import network.dchat.wire.v1.PortableProof;
import network.dchat.wire.v1.ReceiptEvent;
import network.dchat.wire.v1.Role;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.TransactionBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// The whole network through its real gRPC, PostgreSQL and Kafka: one fleet, tests in order.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WholeFleetIT {
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration MESSAGE_LIMIT = Duration.ofSeconds(90);

    private final Http http = new Http();
    private Fleet fleet;

    WholeFleetIT(@TempDir Path directory) throws IOException {
        fleet = Fleet.start(FleetPlan.onFreePorts(FleetSize.standard()), directory,
                Clock.systemUTC(), _ -> {
                });
    }

    @BeforeAll
    void waitUntilHealthy() {
        await("every node is ready", START_LIMIT, () -> fleet.notReady().isEmpty());
    }

    @AfterAll
    void stop() {
        fleet.close();
    }

    @Test
    @Order(1)
    void carriesAMessageFromKeyToProof() throws Exception {
        UserNode sender = user("user1");
        UserNode recipient = user("user2");
        String id = sender.send(recipient.address(), "Hello dchat!");
        awaitDone(sender, id);
        Map<String, Object> message = sender.message(id);
        assertThat(message.get("state")).isIn("delivered", "read");
        assertThat((Map<?, ?>) message.get("archived")).extracting("shards").isEqualTo(15);
        assertThat(Life.times(message).keySet()).containsAll(Life.STATES);
        assertProofHolds(sender.proof(id).body());
        assertThat(texts(sender)).contains("Hello dchat!");
    }

    @Test
    @Order(2)
    void deliversToARecipientWhoWasAway() {
        UserNode sender = user("user1");
        String address = user("user3").address();
        fleet.crash("user3");
        String id = sender.send(address, "You were away");
        await("stored at the recipient's relays", MESSAGE_LIMIT,
                () -> Life.times(sender.message(id)).containsKey("stored"));
        assertThat(Life.times(sender.message(id))).doesNotContainKey("delivered");
        fleet.restart("user3");
        awaitDone(sender, id);
    }

    @Test
    @Order(3)
    void losesNothingWhileNodesCrash() {
        UserNode sender = user("user1");
        String address = user("user2").address();
        List<String> crashed = new ArrayList<>(List.of("validator4", "relay4"));
        IntStream.rangeClosed(1, 5).forEach(i -> crashed.add("storage" + i));
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            sent.add(sender.send(address, "message " + i));
            if (i < crashed.size()) {
                fleet.crash(crashed.get(i));
            }
        }
        for (String id : sent) {
            await("delivered " + id, MESSAGE_LIMIT,
                    () -> Life.times(sender.message(id)).containsKey("delivered"));
        }
        assertThat(texts(sender)).contains("Hello dchat!");
        crashed.forEach(fleet::restart);
        await("every node is ready again", START_LIMIT, () -> fleet.notReady().isEmpty());
        sent.forEach(id -> awaitDone(sender, id));
        for (int i = 0; i < 12; i++) {
            String text = "message " + i;
            assertThat(received(user("user2"), sender.address()).stream().filter(text::equals))
                    .as("shown once: %s", text).hasSize(1);
        }
    }

    @Test
    @Order(4)
    void letsARelayAndAUserJoin() {
        fleet.join("relay8", Role.RELAY);
        fleet.join("user4", Role.CLIENT);
        await("the new nodes are ready", START_LIMIT, () -> fleet.notReady().isEmpty());
        UserNode newcomer = user("user4");
        UserNode friend = user("user1");
        awaitDone(newcomer, newcomer.send(friend.address(), "I am new here"));
        awaitDone(friend, friend.send(newcomer.address(), "Welcome"));
        assertThat(received(newcomer, friend.address())).contains("Welcome");
    }

    @Test
    @Order(5)
    void copiesEveryEventToTheBus() throws Exception {
        UserNode sender = user("user1");
        String id = sender.send(user("user2").address(), "For the bus");
        awaitDone(sender, id);
        Map<?, ?> position = (Map<?, ?>) Objects.requireNonNull(sender.message(id).get("position"));
        long height = number(position.get("height"));
        String servers = Objects.requireNonNull(fleet.node("relay1").context().getEnvironment()
                .getProperty("spring.kafka.bootstrap-servers"));
        Set<ByteString> ordered = new HashSet<>();
        Set<ByteString> copied = new HashSet<>();
        await("the block of the message is on the bus", MESSAGE_LIMIT, () -> {
            ordered.clear();
            BusReader.values(servers, Topic.BLOCKS)
                    .forEach(value -> ordered(value, height).forEach(ordered::add));
            return !ordered.isEmpty();
        });
        for (byte[] value : BusReader.values(servers, Topic.ORDERS)) {
            copied.addAll(OrderEvent.parseFrom(value).getCommitmentsList());
        }
        assertThat(copied).containsAll(ordered);
        List<byte[]> receipts = BusReader.values(servers, Topic.RECEIPTS);
        assertThat(receipts).isNotEmpty();
        for (byte[] receipt : receipts) {
            assertThat(ReceiptEvent.parseFrom(receipt).getCount()).isPositive();
        }
    }

    /// The commitments of a block on the bus, when it has this height.
    private static List<ByteString> ordered(byte[] value, long height) {
        try {
            Block block = CommittedBlock.parseFrom(value).getBlock();
            List<ByteString> commitments = new ArrayList<>();
            if (block.getHeader().getHeight() == height) {
                for (ByteString transaction : block.getData().getTxsList()) {
                    commitments.addAll(
                            TransactionBody.parseFrom(SignedBytes.parseFrom(transaction).getBody())
                                    .getOrderBatch().getCommitmentsList());
                }
            }
            return commitments;
        } catch (InvalidProtocolBufferException broken) {
            throw new AssertionError("a value that is no block", broken);
        }
    }

    @Test
    @Order(6)
    void servesAnApplicationThroughTheGateway() throws Exception {
        NetworkId network = GenesisIdentity.of(GenesisFile.load(fleet.genesis())).networkId();
        try (GatewayVisit visit = new GatewayVisit(network, fleet.node("gateway1"))) {
            visit.moveInto(fleet.node("relay1"));
            Message message = visit.message(WalletAddress.of(user("user2").address()));
            HttpResponse<String> sent = visit.send(message);
            assertThat(sent.statusCode()).as(sent.body()).isEqualTo(201);
            assertThat(sent.body()).contains("\"durable\":15,\"total\":15");
            await("two relays have it and it is ordered", MESSAGE_LIMIT,
                    () -> number(visit.look(message).get("storedCopies")) >= 2
                            && visit.look(message).get("position") != null);
            assertThat(visit.history()).contains(Caller.base64(message.object()));
        }
    }

    @Test
    @Order(7)
    void showsTheSameChainAtEveryValidator() {
        long height = IntStream.rangeClosed(1, 4)
                .mapToLong(i -> number(status("validator" + i).get("height"))).min().orElseThrow();
        List<String> hashes = IntStream.rangeClosed(1, 4)
                .mapToObj(i -> BlockHash.at(http, fleet.node("validator" + i).httpPort(), height))
                .distinct().toList();
        assertThat(height).isPositive();
        assertThat(hashes).hasSize(1);
    }

    private void awaitDone(UserNode sender, String id) {
        await("message " + id + " is delivered, archived and proven", MESSAGE_LIMIT, () -> {
            Map<String, Object> message = sender.message(id);
            return Life.times(message).containsKey("delivered") && message.get("archived") != null
                    && Boolean.TRUE.equals(message.get("proof"));
        });
    }

    private void assertProofHolds(String json) throws Exception {
        PortableProof.Builder proof = PortableProof.newBuilder();
        JsonFormat.parser().merge(json, proof);
        var report = PortableProofVerifier.of(GenesisFile.load(fleet.genesis()))
                .verify(proof.build());
        assertThat(report.isValid()).as(report.steps().toString()).isTrue();
    }

    private UserNode user(String name) {
        try {
            return new UserNode(http, name, fleet.node(name).httpPort(),
                    Files.readString(fleet.data(name).resolve("api.token")).strip());
        } catch (IOException e) {
            throw new IllegalStateException("token of " + name, e);
        }
    }

    private Map<String, Object> status(String node) {
        return http.get(fleet.node(node).httpPort(), "/status", "").object();
    }

    private static List<String> texts(UserNode user) {
        return ((List<?>) user.history().getOrDefault("messages", List.of())).stream()
                .map(message -> String.valueOf(((Map<?, ?>) message).get("text"))).toList();
    }

    private static List<String> received(UserNode user, String from) {
        return user.messages(from).stream().map(message -> String.valueOf(message.get("text")))
                .toList();
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }

    private static void await(String what, Duration limit, BooleanSupplier condition) {
        Instant deadline = Instant.now().plus(limit);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            Testnet.pause();
        }
    }
}
