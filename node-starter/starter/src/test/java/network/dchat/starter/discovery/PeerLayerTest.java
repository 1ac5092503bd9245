package network.dchat.starter.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import network.dchat.gossip.Rumor;
import network.dchat.identity.Certified;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.PeerId;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.SigningKey;
import network.dchat.identity.UserRecord;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.starter.connections.PeerUnreachableException;
import network.dchat.starter.gossip.GossipBroadcaster;
import network.dchat.starter.gossip.GossipListener;
import network.dchat.starter.gossip.NodeGossip;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.NodeIdentity;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GossipKind;
import network.dchat.wire.v1.PeerGrpc;
import network.dchat.wire.v1.PingRequest;
import network.dchat.wire.v1.Role;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Real nodes on loopback, each knowing one other.
class PeerLayerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long DAY_MILLIS = 86_400_000;

    @TempDir
    private Path directory;
    private final List<RunningNode> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(RunningNode::close);
    }

    @Test
    void findsPeersRecordsAndRumorsFromOneOther() throws Exception {
        RunningNode first = start("first", "relay", "");
        RunningNode second = start("second", "storage", "127.0.0.1:" + first.grpcPort());
        RunningNode third = start("third", "validator",
                "/ip4/127.0.0.1/tcp/" + second.grpcPort() + "/p2p/" + second.peerId());
        List<RunningNode> all = List.of(first, second, third);

        waitFor("all know all", () -> all.stream()
                .allMatch(node -> directory(node).find(PeerQuery.ALL).size() == 2));
        assertThat(directory(third).find(PeerQuery.of(Role.RELAY))).extracting(peer -> peer.peer())
                .containsExactly(first.peerId());
        assertThat(directory(third).find(PeerQuery.of(Role.RELAY).in("elsewhere"))).isEmpty();

        PeerChannels channels = third.context().getBean(PeerChannels.class);
        assertThat(PeerGrpc.newBlockingStub(channels.channelTo(first.peerId()).channel())
                .ping(PingRequest.newBuilder().setNonce(7).build()).getNonce()).isEqualTo(7);
        PeerId nobody = PeerId
                .of(SigningKey.fromSeed(ByteString.copyFrom(new byte[32])).publicKey());
        assertThatThrownBy(() -> channels.channelTo(nobody))
                .isInstanceOf(PeerUnreachableException.class).hasMessageContaining("nobody knows");

        Certified<UserRecord> user = user(first);
        waitFor("both others keep the user's record",
                () -> first.context().getBean(UserRecords.class).publish(user) == 2);
        waitFor("the third finds the user's record",
                () -> third.context().getBean(UserRecords.class).lookup(user.value().address())
                        .equals(Optional.of(user)));

        waitFor("every node is linked to every other", () -> all.stream()
                .allMatch(node -> node.context().getBean(NodeGossip.class).linkCount() == 2));
        Heard heard = third.context().getBean(Heard.class);
        waitFor("links",
                () -> first.context().getBean(GossipBroadcaster.class)
                        .broadcast(GossipKind.ROUTE_REQUEST, ByteString.copyFromUtf8("hello"))
                        .isEmpty() && heard.rumors.peek() != null);
        Rumor rumor = heard.rumors.poll(60, TimeUnit.SECONDS);
        assertThat(rumor).isNotNull();
        assertThat(rumor.origin()).isEqualTo(first.peerId());

        waitFor("health", () -> get(third, "/network/peers").contains("latency_ms"));
        assertThat(get(first, "/network/peers?role=validator"))
                .contains("\"known_peers\":2", third.peerId().toString())
                .doesNotContain(second.peerId().toString());
        assertThat(get(first, "/network/peers?role=nonsense")).contains("400");
    }

    @Test
    void survivesTheFirstNodeAndRemembersItsPeers() throws Exception {
        RunningNode first = start("first", "relay", "");
        RunningNode second = start("second", "relay", "127.0.0.1:" + first.grpcPort());
        start("third", "relay", "127.0.0.1:" + first.grpcPort());
        waitFor("remembered",
                () -> Files.exists(directory.resolve("third").resolve("peers.remembered")));
        waitFor("second knows all", () -> directory(second).find(PeerQuery.ALL).size() == 2);
        nodes.remove(first);
        first.close();

        RunningNode fourth = start("fourth", "relay", "127.0.0.1:" + second.grpcPort());
        waitFor("the fourth finds the third", () -> directory(fourth).find(PeerQuery.ALL).stream()
                .anyMatch(peer -> peer.peer().equals(nodes.get(1).peerId())));
    }

    private RunningNode start(String name, String role, String entry) {
        Path genesis = directory.resolve("genesis.json");
        GenesisFile.save(genesis, Genesis.newBuilder().setName("test").build());
        Map<String, Object> settings = new HashMap<>(
                Map.of("dchat.node.name", name, "dchat.node.role", role, "dchat.node.genesis",
                        genesis.toString(), "dchat.node.data-directory",
                        directory.resolve(name).toString(), "dchat.node.listen", "127.0.0.1:0",
                        "dchat.node.http-listen", "127.0.0.1:0", "dchat.node.work-bits", 4));
        if (!entry.isEmpty()) {
            settings.put("dchat.network.bootstrap-nodes", entry);
        }
        RunningNode node = RunningNode.start(TestApplication.class, settings);
        nodes.add(node);
        return node;
    }

    private static PeerDirectory directory(RunningNode node) {
        return node.context().getBean(PeerDirectory.class);
    }

    private static Certified<UserRecord> user(RunningNode relay) {
        NodeIdentity identity = relay.context().getBean(NodeIdentity.class);
        SigningKey key = SigningKey.fromSeed(ByteString.copyFrom(new byte[32]));
        long now = System.currentTimeMillis();
        Certified<SignedPrekey> prekey = new SignedPrekey(key.publicKey(), 1,
                key.publicKey().bytes(), now, now + DAY_MILLIS).sign(identity.networkId(), key);
        Certified<DeviceCertificate> device = new DeviceCertificate(key.publicKey(),
                key.publicKey(), now, now + DAY_MILLIS, 1).sign(identity.networkId(), key);
        return new UserRecord(key.publicKey(), List.of(relay.peerId()), prekey, List.of(device), 1,
                now + DAY_MILLIS).sign(identity.networkId(), key);
    }

    private static void waitFor(String what, BooleanSupplier reached) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": not within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static String get(RunningNode node, String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest
                    .newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path)).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /// Hears route requests.
    static final class Heard implements GossipListener {
        private final LinkedBlockingQueue<Rumor> rumors = new LinkedBlockingQueue<>();

        @Override
        public GossipKind kind() {
            return GossipKind.ROUTE_REQUEST;
        }

        @Override
        public void heard(Rumor rumor) {
            rumors.add(rumor);
        }
    }

    @Configuration
    @EnableAutoConfiguration
    static class TestApplication {
        @Bean
        Heard heard() {
            return new Heard();
        }
    }
}
