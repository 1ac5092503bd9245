package network.dchat.testnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Four validators, each a process of its own, started one by one with the commands that an
/// operator types: keys, genesis, then `dchat node`, each knowing one other node.
class NodeProcessesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long STOP_SECONDS = 60;
    private static final int INTERRUPTED = 130;
    private static final int TERMINATED = 143;

    @TempDir
    private Path directory;
    private final Http http = new Http();
    private final Map<String, Process> running = new HashMap<>();
    private final Map<String, Integer> grpc = new HashMap<>();
    private final Map<String, Integer> rest = new HashMap<>();

    @AfterEach
    void stopAll() throws Exception {
        running.values().forEach(Process::destroy);
        for (Process process : running.values()) {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void reachesConsensusDayByDay() throws Exception {
        List<String> genesis = new ArrayList<>(
                List.of("genesis", "--name", "four-days", "--out", path("genesis.json")));
        for (int day = 1; day <= 4; day++) {
            Path entry = directory.resolve("validator" + day + ".json");
            Files.writeString(entry, run("keys", "--role", "validator", "--name", "validator" + day,
                    "--data", path("validator" + day)), StandardCharsets.UTF_8);
            genesis.add(entry.toString());
        }
        assertThat(run(genesis.toArray(String[]::new))).contains("4 validators");

        start("validator1", "");
        start("validator2", "validator1");
        assertThat(height("validator1")).as("two of four decide nothing").isZero();
        start("validator3", "validator2");
        awaitGrowth("validator1");
        start("validator4", "validator3");
        awaitGrowth("validator4");
        assertSameBlock(List.of("validator1", "validator2", "validator3", "validator4"));

        Process killed = process("validator2");
        killed.destroyForcibly();
        assertThat(killed.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
        awaitGrowth("validator1");
        start("validator2", "validator4");
        awaitGrowth("validator2");
        assertSameBlock(List.of("validator1", "validator2", "validator4"));

        assertThat(signal("validator3", "INT")).isEqualTo(INTERRUPTED);
        assertThat(log("validator3")).contains("validator3 stops");
        assertThat(signal("validator4", "TERM")).isEqualTo(TERMINATED);
    }

    @Test
    void refusesWhatCannotWork() throws Exception {
        Process noGenesis = command("node", "--role", "validator", "--data", path("lost")).start();
        assertThat(noGenesis.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(noGenesis.exitValue()).isEqualTo(ExitCode.USAGE.number());
        Process badRole = command("node", "--role", "king", "--data", path("lost")).start();
        assertThat(badRole.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(badRole.exitValue()).isEqualTo(ExitCode.USAGE.number());
        assertThat(new String(badRole.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("--role: king").contains("validator");
    }

    private void start(String name, String knows) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("node", "--role", "validator", "--name",
                name, "--data", path(name), "--genesis", path("genesis.json"), "--listen",
                "127.0.0.1:" + grpc.computeIfAbsent(name, _ -> freePort()), "--http",
                "127.0.0.1:" + rest.computeIfAbsent(name, _ -> freePort())));
        if (!knows.isEmpty()) {
            arguments.addAll(List.of("--bootstrap-nodes", "127.0.0.1:" + grpc.get(knows)));
        }
        Process process = command(arguments.toArray(String[]::new)).redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
                .start();
        running.put(name, process);
        await(name + " runs", () -> {
            assertThat(process.isAlive()).as("%s", log(name)).isTrue();
            return answers(name);
        });
    }

    private boolean answers(String name) {
        try {
            return http.get(port(name), "/status", "").ok();
        } catch (ExitCode.Failure _) {
            return false;
        }
    }

    private void awaitGrowth(String name) {
        long before = height(name);
        await("two more blocks at " + name, () -> height(name) >= before + 2);
    }

    private void assertSameBlock(List<String> names) {
        long height = names.stream().mapToLong(this::height).min().orElseThrow();
        assertThat(names.stream().map(name -> BlockHash.at(http, port(name), height)).distinct())
                .hasSize(1);
    }

    private long height(String name) {
        return http.get(port(name), "/status", "").object().get("height") instanceof Number number
                ? number.longValue()
                : 0;
    }

    private int port(String name) {
        return rest.getOrDefault(name, 0);
    }

    private Process process(String name) {
        return java.util.Objects.requireNonNull(running.get(name));
    }

    /// Sends a signal and answers how the process ended.
    private int signal(String name, String signal) throws Exception {
        Process process = process(name);
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start()
                .waitFor()).isZero();
        assertThat(process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).as("%s", log(name)).isTrue();
        return process.exitValue();
    }

    private String run(String... arguments) throws Exception {
        Process process = command(arguments).start();
        String result = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String messages = new String(process.getErrorStream().readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(messages).isZero();
        return result;
    }

    private static ProcessBuilder command(String... arguments) {
        ProcessBuilder builder = DchatScript.command(List.of(arguments));
        builder.environment().put("DCHAT_JAVA_OPTS", "-Xmx256m");
        return builder;
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private String log(String name) {
        try {
            return Files.readString(directory.resolve(name + ".log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void await(String what, BooleanSupplier reached) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!reached.getAsBoolean()) {
            assertThat(Instant.now()).as("%s, within %s", what, PATIENCE).isBefore(end);
            Testnet.pause();
        }
    }
}
