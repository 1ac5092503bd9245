package network.dchat.testnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `dchat bench finality` works and leaves nothing behind. How fast it finds the network is not
/// looked at: a build machine proves nothing about speed.
class BenchIT {
    private static final long LIMIT_SECONDS = 240;
    private static final int INTERRUPTED = 130;

    @TempDir
    private Path directory;

    @Test
    void measuresFinalityBesideItsFloor() throws Exception {
        Process process = bench("--json").start();
        String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(json).isZero();
        Map<String, Object> report = Console.object(json);
        assertThat(report).containsEntry("benchmark", "finality").containsEntry("rate", 200)
                .containsEntry("batches_not_final", 0).containsKeys("machine", "cores", "floor_ms",
                        "ratio_p50", "blocks_of_later_rounds");
        assertThat(millis(report, "finality_ms", "p50"))
                .isBetween(millis(report, "floor_ms", "p50") / 2, 60_000.0);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leavesNothingBehindWhenItIsInterrupted() throws Exception {
        Process process = bench().start();
        try (BufferedReader messages = new BufferedReader(
                new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            String line = messages.readLine();
            while (line != null && !line.startsWith("measuring for")) {
                line = messages.readLine();
            }
            assertThat(line).as("what it says before it measures").isNotNull();
            assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start()
                    .waitFor()).isZero();
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(process.exitValue()).isEqualTo(INTERRUPTED);
        assertThat(directory).isEmptyDirectory();
        assertThat(ProcessHandle.allProcesses()
                .filter(other -> other.info().commandLine()
                        .filter(line -> line.contains(directory.toString())).isPresent()))
                .isEmpty();
    }

    private ProcessBuilder bench(String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of("bench", "finality", "--seconds",
                "3", "--warm-up", "1", "--rate", "200", "--directory", directory.toString()));
        arguments.addAll(List.of(more));
        ProcessBuilder builder = DchatScript.command(arguments);
        builder.environment().put("DCHAT_JAVA_OPTS", "-Xmx1g");
        return builder.redirectError(
                more.length == 0 ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.DISCARD);
    }

    private static double millis(Map<String, Object> report, String name, String share) {
        return report.get(name) instanceof Map<?, ?> spread
                && spread.get(share) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
