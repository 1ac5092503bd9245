package network.dchat.testnet.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import network.dchat.starter.node.Directories;
import tools.jackson.databind.json.JsonMapper;

/// How the process of a running testnet is found: `testnet.json` in its directory.
///
/// @param pid         the process
/// @param controlPort loopback port of its control interface
/// @param token       what the control interface demands
public record FleetState(long pid, int controlPort, String token) {
    private static final String FILE = "testnet.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// The state of the testnet that runs on a directory; empty when none runs.
    public static Optional<FleetState> find(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            FleetState state = JSON.readValue(Files.readString(file), FleetState.class);
            return ProcessHandle.of(state.pid()).filter(ProcessHandle::isAlive).map(_ -> state);
        } catch (IOException e) {
            throw new UncheckedIOException("testnet state " + file + " cannot be read", e);
        }
    }

    /// Writes the state, readable by its owner only.
    public void save(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        String json = JSON
                .writeValueAsString(Map.of("pid", pid, "controlPort", controlPort, "token", token));
        Directories.replace(file, json.getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /// Removes the state: the testnet has stopped.
    public static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(FILE));
    }

    @Override
    public String toString() {
        return "FleetState[pid=" + pid + ", controlPort=" + controlPort + ", token=***]";
    }
}
