package network.dchat.storagetest;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import network.dchat.identity.GenesisIdentity;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.GenesisFile;
import network.dchat.starter.node.KeyFile;
import network.dchat.storage.StorageApplication;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisNode;
import network.dchat.wire.v1.Role;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// Storage nodes and others on loopback, each a context of its own, in one directory.
final class Network implements AutoCloseable {
    private final Path directory;
    private final Genesis genesis;
    private final Map<String, Map<String, Object>> databases = new ConcurrentHashMap<>();
    private final Map<String, RunningNode> running = new ConcurrentHashMap<>();

    /// A network whose genesis names some of its storage nodes: `storage0` and up.
    Network(Path directory, int storageNodes) {
        this.directory = directory;
        Genesis.Builder made = Genesis.newBuilder().setName("test");
        for (int i = 0; i < storageNodes; i++) {
            made.addNodes(GenesisNode.newBuilder().setRole(Role.STORAGE)
                    .setPeerKey(KeyFile
                            .loadOrCreate(directory.resolve("storage" + i).resolve("node.key"))
                            .publicKey().bytes())
                    .setCapacity(1 << 30));
        }
        genesis = made.build();
        GenesisFile.save(directory.resolve("genesis.json"), genesis);
    }

    NetworkId id() {
        return GenesisIdentity.of(genesis).networkId();
    }

    Path data(String name) {
        return directory.resolve(name);
    }

    PeerId peer(String name) {
        return PeerId.of(KeyFile.loadOrCreate(data(name).resolve("node.key")).publicKey());
    }

    RunningNode storage(String name, Map<String, Object> extra) {
        Map<String, Object> settings = new HashMap<>(
                databases.computeIfAbsent(name, _ -> TestDatabase.create()));
        settings.put("dchat.storage.reserve", "0B");
        settings.putAll(extra);
        return start(StorageUnderTest.class, name, "storage", settings);
    }

    RunningNode other(Class<?> application, String name, String role) {
        return start(application, name, role, Map.of());
    }

    /// Tells a node where others are now.
    static void introduce(RunningNode to, RunningNode node, Role role) {
        to.context().getBean(KnownPeers.class).add(node.peerId(), node.grpcPort(), role);
    }

    private RunningNode start(Class<?> application, String name, String role,
            Map<String, Object> extra) {
        Map<String, Object> settings = new HashMap<>(extra);
        settings.put("dchat.node.name", name);
        settings.put("dchat.node.role", role);
        settings.put("dchat.node.genesis", directory.resolve("genesis.json").toString());
        settings.put("dchat.node.data-directory", data(name).toString());
        settings.put("dchat.node.listen", "127.0.0.1:0");
        settings.put("dchat.node.http-listen", "127.0.0.1:0");
        settings.put("dchat.node.work-bits", "0");
        RunningNode node = RunningNode.start(application, settings);
        running.put(name, node);
        return node;
    }

    @Override
    public void close() {
        running.values().forEach(RunningNode::close);
    }

    @Configuration
    @Import({StorageApplication.class, KnownPeers.class, StoppedClock.class})
    static class StorageUnderTest {}

    /// Time stands still for the nodes; waits still pass.
    @Configuration
    static class StoppedClock {
        @Bean
        InstantSource clock() {
            return InstantSource.fixed(Instant.ofEpochMilli(TestObject.NOW));
        }
    }

    /// A node with nothing of its own: a caller, or a gateway's access to the mesh.
    @Configuration
    @EnableAutoConfiguration
    @Import({KnownPeers.class, StoppedClock.class})
    static class Bare {}
}
