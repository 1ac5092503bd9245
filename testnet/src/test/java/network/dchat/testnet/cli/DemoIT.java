package network.dchat.testnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import network.dchat.testnet.fleet.FleetPlan;
import network.dchat.testnet.fleet.FleetSize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the README tells a newcomer to type, typed: the demo on the usual ports, then the commands
/// that it names.
class DemoIT {
    private static final long DEMO_MINUTES = 6;
    private static final long COMMAND_SECONDS = 120;

    @TempDir
    private Path directory;

    /// How a command ended.
    private record Ended(int code, String result, String messages) {}

    @AfterEach
    void stop() throws Exception {
        run(COMMAND_SECONDS, "testnet", "stop");
    }

    @Test
    void doesWhatTheReadmeSays() throws Exception {
        requireUsualPorts();
        Ended demo = run(TimeUnit.MINUTES.toSeconds(DEMO_MINUTES), "demo");
        assertThat(demo.code()).as("%s", demo).isZero();
        assertThat(demo.result()).contains("delivered", "15 of 15");

        Ended second = run(COMMAND_SECONDS, "testnet", "start");
        assertThat(second.code()).as("one runs already").isEqualTo(ExitCode.FAILED.number());

        Map<String, Object> life = object(run(COMMAND_SECONDS, "testnet", "send", "--from", "user1",
                "--to", "user2", "Hello dchat!", "--json"));
        assertThat(life).containsKeys("position", "archived", "millis");
        String proof = String.valueOf(life.get("proof"));

        Ended status = run(COMMAND_SECONDS, "testnet", "status");
        assertThat(status.result()).contains("validator4", "relay7", "storage15");
        Ended health = run(COMMAND_SECONDS, "testnet", "health");
        assertThat(health.code()).as("%s", health).isZero();

        String genesis = directory.resolve("genesis.json").toString();
        Ended verified = run(COMMAND_SECONDS, "verify", proof, "--genesis", genesis);
        assertThat(verified.code()).as("%s", verified).isZero();
        assertThat(verified.result()).contains("the proof holds");

        assertThat(run(COMMAND_SECONDS, "testnet", "stop").code()).isZero();
        assertThat(run(COMMAND_SECONDS, "testnet", "status").code())
                .isEqualTo(ExitCode.NOT_RUNNING.number());
    }

    /// A developer may have a testnet running; CI has not.
    private static void requireUsualPorts() {
        List<Integer> taken = new ArrayList<>();
        FleetPlan.of(FleetSize.standard()).nodes().forEach(node -> {
            for (int port : new int[]{node.grpcPort(), node.httpPort()}) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.setReuseAddress(true);
                    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                } catch (IOException _) {
                    taken.add(port);
                }
            }
        });
        if ("true".equals(System.getenv("CI"))) {
            assertThat(taken).as("ports of the testnet that are taken").isEmpty();
        }
        Assumptions.assumeTrue(taken.isEmpty(), "ports of the testnet are taken: " + taken);
    }

    private static Map<String, Object> object(Ended ended) {
        assertThat(ended.code()).as("%s", ended).isZero();
        return Console.object(ended.result());
    }

    private Ended run(long seconds, String... arguments) throws Exception {
        Path messages = directory.resolve("messages.txt");
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        if (!"verify".equals(all.getFirst())) {
            all.addAll(List.of("--data", directory.toString()));
        }
        Process process = DchatScript.command(all)
                .redirectError(ProcessBuilder.Redirect.to(messages.toFile())).start();
        String result = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).as("%s within %d s", all, seconds)
                .isTrue();
        return new Ended(process.exitValue(), result, java.nio.file.Files.readString(messages));
    }
}
