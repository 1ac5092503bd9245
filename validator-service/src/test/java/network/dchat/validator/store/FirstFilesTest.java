package network.dchat.validator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.ledger.ChainState;
import network.dchat.wire.v1.CommittedBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstFilesTest {
    private static final int INTERVAL = 5;
    private static final long HEIGHT = 10;
    private static final String SEGMENT = "0000000000.log";

    @TempDir
    private Path directory;

    @Test
    void aNodeStartsFromAStateAndTwoBlocks() throws IOException {
        try (StoreBench bench = bench()) {
            Path other = directory.resolve("other");
            try (ConsensusStore store = bench.elsewhere(other)) {
                assertThat(store.isEmpty()).isTrue();
                store.begin(state(bench), blocks(bench));
                assertThat(store.isEmpty()).isFalse();
                ConsensusStore.Loaded loaded = store.load(bench.observing());
                assertThat(loaded.consensus().chain().height()).isEqualTo(HEIGHT + 1);
                assertThat(store.firstHeight()).isEqualTo(HEIGHT);
                assertThat(store.block(HEIGHT - 1)).isEmpty();
            }
            try (ConsensusStore store = bench.elsewhere(other)) {
                assertThatThrownBy(() -> store.begin(state(bench), blocks(bench)))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("none before a state");
            }
        }
    }

    /// A kill leaves the files as they are between any two steps, and a part of what was written
    /// last.
    @Test
    void aKillAtAnyMomentLeavesNothingOrAWholeStart() throws IOException {
        try (StoreBench bench = bench()) {
            Path whole = directory.resolve("whole");
            try (ConsensusStore store = bench.elsewhere(whole)) {
                store.begin(state(bench), blocks(bench));
            }
            byte[] state = Files.readAllBytes(checkpoint(whole));
            byte[] file = Files.readAllBytes(segment(whole.resolve("blocks")));
            List<Path> killed = new ArrayList<>();
            for (int bytes = 0; bytes < state.length; bytes += 500) {
                Path at = directory.resolve("state-" + bytes);
                write(Path.of(checkpoint(at) + ".new"), Arrays.copyOf(state, bytes));
                killed.add(at);
            }
            for (int bytes = 0; bytes <= file.length; bytes += 500) {
                Path at = directory.resolve("blocks-" + bytes);
                write(checkpoint(at), state);
                write(at.resolve("blocks.new").resolve(SEGMENT), Arrays.copyOf(file, bytes));
                killed.add(at);
            }
            Path replaced = directory.resolve("replaced");
            write(checkpoint(replaced), state);
            write(replaced.resolve("blocks.new").resolve(SEGMENT), file);
            write(replaced.resolve("blocks").resolve(SEGMENT), new byte[0]);
            killed.add(replaced);
            assertThat(killed).hasSizeGreaterThan(5);
            for (Path at : killed) {
                try (ConsensusStore store = bench.elsewhere(at)) {
                    assertThat(store.isEmpty()).isTrue();
                    store.begin(state(bench), blocks(bench));
                    assertThat(store.load(bench.observing()).consensus().chain().height())
                            .isEqualTo(HEIGHT + 1);
                    assertThat(at.resolve("blocks.new")).doesNotExist();
                }
            }
        }
    }

    private StoreBench bench() throws IOException {
        StoreBench bench = new StoreBench(directory.resolve("chain"), INTERVAL);
        bench.start(DamagedLog.REFUSE);
        bench.growTo(HEIGHT + 3);
        return bench;
    }

    private static ChainState state(StoreBench bench) throws IOException {
        return ChainState.fromBytes(bench.store().checkpoint(HEIGHT).orElseThrow());
    }

    private static List<CommittedBlock> blocks(StoreBench bench) throws IOException {
        return List.of(bench.store().block(HEIGHT).orElseThrow(),
                bench.store().block(HEIGHT + 1).orElseThrow());
    }

    private static Path checkpoint(Path at) {
        return at.resolve("checkpoints").resolve(String.format("%019d.state", HEIGHT));
    }

    private static Path segment(Path blocks) throws IOException {
        try (Stream<Path> files = Files.list(blocks)) {
            return files.toList().getFirst();
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, content);
    }
}
