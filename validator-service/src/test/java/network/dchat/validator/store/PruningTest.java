package network.dchat.validator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.identity.Hash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blocks that need not be kept, on a real disk, in files of 64 KiB.
class PruningTest {
    private static final int INTERVAL = 20;
    private static final long RETAIN = 60;
    private static final long HEIGHT = 350;
    private static final long ALL = Long.MAX_VALUE - 1;

    @TempDir
    private Path directory;

    @Test
    void keepsWhatIsRetainedAndWhatAStartNeeds() throws IOException {
        try (StoreBench bench = new StoreBench(directory, INTERVAL, RETAIN)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(HEIGHT);
            Hash root = bench.core().chain().state().root();
            assertThat(bench.store().prune(0)).as("nothing is indexed").isZero();
            long dropped = bench.store().prune(ALL);
            long first = bench.store().firstHeight();
            assertThat(first).isEqualTo(1 + dropped).isGreaterThan(1)
                    .isLessThanOrEqualTo(HEIGHT - RETAIN + 1).isLessThanOrEqualTo(300);
            assertThat(bench.store().block(first)).isPresent();
            assertThat(bench.store().block(first - 1)).isEmpty();
            assertThat(bench.store().block(HEIGHT)).isPresent();
            assertThat(bench.store().prune(ALL)).as("no further file").isZero();
            assertThat(bench.start(DamagedLog.REFUSE).chain().state().root()).isEqualTo(root);
            assertThat(bench.store().firstHeight()).isEqualTo(first);
            bench.growTo(HEIGHT + 5);
            assertThat(bench.store().block(HEIGHT + 5)).isPresent();
        }
    }

    @Test
    void keepsAllUnlessToldOtherwise() throws IOException {
        try (StoreBench bench = new StoreBench(directory, INTERVAL, 0)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(HEIGHT);
            assertThat(bench.store().prune(ALL)).isZero();
            assertThat(bench.store().firstHeight()).isEqualTo(1);
        }
    }

    @Test
    void dropsNothingWithoutAStateToStartFrom() throws IOException {
        try (StoreBench bench = new StoreBench(directory, (int) HEIGHT, RETAIN)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(HEIGHT);
            assertThat(bench.store().prune(ALL)).as("no header names the state").isZero();
        }
    }

    @Test
    void dropsNothingWhenTheOldestStateIsDamaged() throws IOException {
        try (StoreBench bench = new StoreBench(directory, INTERVAL, RETAIN)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(HEIGHT);
            Files.write(directory.resolve("checkpoints").resolve("0000000000000000300.state"),
                    new byte[5]);
            assertThat(bench.store().prune(ALL)).isZero();
        }
    }

    @Test
    void survivesACrashBetweenAnyTwoFiles() throws IOException {
        try (StoreBench bench = new StoreBench(directory, INTERVAL, RETAIN)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(HEIGHT);
            Hash root = bench.core().chain().state().root();
            int before = files().size();
            assertThat(before).isGreaterThan(3);
            while (bench.store().firstHeight() == 1 || files().size() > 2) {
                long last = bench.store().firstHeight();
                Path oldest = files().getFirst();
                bench.store().abandon();
                Files.delete(oldest);
                if (files().size() == 1) {
                    break;
                }
                assertThat(bench.start(DamagedLog.REFUSE).chain().state().root()).isEqualTo(root);
                assertThat(bench.store().firstHeight()).isGreaterThan(last);
            }
        }
    }

    @Test
    void refusesToStartWithoutAStateForItsFirstBlock() throws IOException {
        try (StoreBench bench = new StoreBench(directory, INTERVAL, RETAIN)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(HEIGHT);
            assertThat(bench.store().prune(ALL)).isPositive();
            for (String height : List.of("300", "320", "340")) {
                Files.delete(directory.resolve("checkpoints")
                        .resolve("0000000000000000" + height + ".state"));
            }
            assertThatThrownBy(() -> bench.start(DamagedLog.REFUSE)).isInstanceOf(IOException.class)
                    .hasMessageContaining("--dchat.validator.sync=snapshot");
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("blocks"))) {
            return files.sorted().toList();
        }
    }
}
