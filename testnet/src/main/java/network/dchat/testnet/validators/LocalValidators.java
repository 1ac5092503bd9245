package network.dchat.testnet.validators;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.dchat.starter.launch.RunningNode;
import network.dchat.starter.node.HostAndPort;
import network.dchat.testnet.fleet.EmbeddedDatabase;
import network.dchat.validator.ValidatorApplication;
import network.dchat.wire.v1.Role;

/// Validators in this JVM, a Spring context each, as `dchat testnet start` runs them: real
/// PostgreSQL, real disk, real gRPC over loopback.
public final class LocalValidators implements Validators {
    private final Ground ground;
    private final int count;
    private final EmbeddedDatabase database;
    private final Map<Integer, RunningNode> running = new TreeMap<>();

    private LocalValidators(Ground ground, int count, EmbeddedDatabase database) {
        this.ground = ground;
        this.count = count;
        this.database = database;
    }

    /// Starts PostgreSQL and all validators of a ground.
    public static LocalValidators start(Ground ground, int count) throws IOException {
        LocalValidators validators = new LocalValidators(ground, count,
                EmbeddedDatabase.start(ground.directory().resolve("postgresql")));
        try {
            for (int index = 0; index < count; index++) {
                validators.running.put(index,
                        RunningNode.start(ValidatorApplication.class, validators.settings(index)));
            }
            return validators;
        } catch (RuntimeException failed) {
            validators.close();
            throw failed;
        }
    }

    private Map<String, Object> settings(int index) {
        Map<String, Object> settings = new HashMap<>(database.settings(Ground.name(index)));
        settings.put("dchat.node.name", Ground.name(index));
        settings.put("dchat.node.role", Role.VALIDATOR.name());
        settings.put("dchat.node.data-directory", ground.data(index).toString());
        settings.put("dchat.node.genesis", ground.genesis().toString());
        settings.put("dchat.node.listen", "127.0.0.1:0");
        settings.put("dchat.node.http-listen", "127.0.0.1:0");
        if (index > 0) {
            settings.put("dchat.network.bootstrap-nodes", grpc(0).toString());
        }
        return settings;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public HostAndPort grpc(int index) {
        return new HostAndPort("127.0.0.1", node(index).grpcPort());
    }

    @Override
    public int http(int index) {
        return node(index).httpPort();
    }

    private RunningNode node(int index) {
        RunningNode node = running.get(index);
        if (node == null) {
            throw new IllegalStateException(Ground.name(index) + " does not run");
        }
        return node;
    }

    @Override
    public boolean runs(int index) {
        return running.containsKey(index);
    }

    @Override
    public List<ProcessHandle> processes() {
        return List.of();
    }

    @Override
    public ProcessHandle database() throws IOException {
        return database.process();
    }

    @Override
    public void stop(int index) {
        node(index).close();
        running.remove(index);
    }

    @Override
    public void close() throws IOException {
        try {
            running.values().forEach(RunningNode::close);
        } finally {
            running.clear();
            database.close();
        }
    }
}
