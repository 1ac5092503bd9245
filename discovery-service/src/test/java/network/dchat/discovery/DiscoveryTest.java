package network.dchat.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.wire.v1.Genesis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real discovery nodes on loopback.
class DiscoveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path directory;
    private final List<RunningNode> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(RunningNode::close);
    }

    @Test
    void allFindAllAndNewOnesJoinWhenTheFirstIsDead() {
        RunningNode first = start("first", "eu", List.of());
        RunningNode second = start("second", "us", List.of(at(first)));
        RunningNode third = start("third", "asia", List.of(at(second)));
        List<RunningNode> all = List.of(first, second, third);
        waitFor("all know all",
                () -> all.stream().allMatch(node -> knows(node, others(node, all))));
        waitFor("all ready", () -> all.stream().allMatch(node -> node.notReady().isEmpty()));
        assertThat(get(first, "/network/peers?role=discovery&region=asia"))
                .contains(third.peerId().toString()).doesNotContain(second.peerId().toString());
        assertThat(get(first, "/status")).contains("\"role\":\"discovery\"", "\"dht_contacts\":2");
        assertThat(get(first, "/network/entry"))
                .contains("/ip4/127.0.0.1/tcp/" + first.grpcPort() + "/p2p/" + first.peerId())
                .doesNotContain("dnsaddr=/ip4/127");

        nodes.remove(first);
        first.crash();
        RunningNode fourth = start("fourth", "eu", List.of(at(second)));
        waitFor("the fourth knows the living and the living know it",
                () -> knows(fourth, List.of(second, third)) && knows(second, List.of(fourth))
                        && knows(third, List.of(fourth)));
    }

    @Test
    void saysWhyItIsNotReadyAndEntersWhenItsEntryComes() {
        RunningNode first = start("first", "eu", List.of());
        int port = first.grpcPort();
        nodes.remove(first);
        first.close();
        RunningNode alone = start("alone", "eu", List.of("127.0.0.1:" + port));
        assertThat(alone.notReady()).containsKey("network-entry");
        assertThat(get(alone, "/status")).contains("none of 1 bootstrap nodes answered");

        RunningNode again = start("first", "eu", List.of(), port);
        waitFor("entered", () -> alone.notReady().isEmpty());
        waitFor("known", () -> knows(again, List.of(alone)));
    }

    private RunningNode start(String name, String region, List<String> entries) {
        return start(name, region, entries, 0);
    }

    private RunningNode start(String name, String region, List<String> entries, int port) {
        Path genesis = directory.resolve("genesis.json");
        GenesisFile.save(genesis, Genesis.newBuilder().setName("test").build());
        Map<String, Object> settings = new HashMap<>(Map.of("dchat.node.name", name,
                "dchat.node.role", "discovery", "dchat.node.region", region, "dchat.node.genesis",
                genesis.toString(), "dchat.node.data-directory", directory.resolve(name).toString(),
                "dchat.node.listen", "127.0.0.1:" + port, "dchat.node.http-listen", "127.0.0.1:0",
                "dchat.node.work-bits", 4));
        if (!entries.isEmpty()) {
            settings.put("dchat.network.bootstrap-nodes", String.join(",", entries));
        }
        RunningNode node = RunningNode.start(DiscoveryApplication.class, settings);
        nodes.add(node);
        return node;
    }

    private static String at(RunningNode node) {
        return "127.0.0.1:" + node.grpcPort();
    }

    private static List<RunningNode> others(RunningNode node, List<RunningNode> all) {
        return all.stream().filter(other -> other != node).toList();
    }

    private static boolean knows(RunningNode node, List<RunningNode> others) {
        String peers = get(node, "/network/peers");
        return others.stream().allMatch(other -> peers.contains(other.peerId().toString()));
    }

    private static void waitFor(String what, BooleanSupplier reached) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + ": not within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(100_000_000);
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
}
