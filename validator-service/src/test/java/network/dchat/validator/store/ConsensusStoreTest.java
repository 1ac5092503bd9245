package network.dchat.validator.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.consensus.Consensus;
import network.dchat.ledger.ChainState;
import network.dchat.wire.v1.ValidatorProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsensusStoreTest {
    @TempDir
    private Path directory;

    @Test
    void startsFromTheNewestStateThatTheNextHeaderNames() throws IOException {
        try (StoreBench bench = new StoreBench(directory, 5)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(23);
            ChainState live = bench.core().chain().state();
            assertThat(states()).containsExactly("10", "15", "20");
            ValidatorProto next = bench.core().chain().nextProposer();
            Consensus again = bench.start(DamagedLog.REFUSE);
            assertThat(again.chain().height()).isEqualTo(23);
            assertThat(again.chain().state().root()).isEqualTo(live.root());
            assertThat(again.chain().nextProposer()).isEqualTo(next);
            bench.growTo(25);
            assertThat(states()).containsExactly("15", "20", "25");
            assertThat(bench.start(DamagedLog.REFUSE).chain().height()).isEqualTo(25);
        }
    }

    @Test
    void fallsBackToAnOlderStateAndThenToGenesis() throws IOException {
        try (StoreBench bench = new StoreBench(directory, 5)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(17);
            byte[] ten = Files.readAllBytes(state(10));
            Files.write(state(15), ten);
            assertThat(bench.start(DamagedLog.REFUSE).chain().height()).isEqualTo(17);
            damage(state(15), 20);
            damage(state(10), 20);
            assertThat(bench.start(DamagedLog.REFUSE).chain().height()).isEqualTo(17);
            Files.write(state(5), new byte[0]);
            Files.delete(state(10));
            assertThat(bench.start(DamagedLog.REFUSE).chain().height()).isEqualTo(17);
            bench.growTo(18);
        }
    }

    @Test
    void passesOverAStateThatWasBeingWritten() throws IOException {
        try (StoreBench bench = new StoreBench(directory, 5)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(9);
            byte[] whole = Files.readAllBytes(state(5));
            for (int bytes = 0; bytes <= whole.length; bytes += 64) {
                byte[] part = new byte[bytes];
                System.arraycopy(whole, 0, part, 0, bytes);
                Files.write(state(5).resolveSibling(state(5).getFileName() + ".new"), part);
                Files.write(state(5), part);
                assertThat(bench.start(DamagedLog.REFUSE).chain().height()).isEqualTo(9);
            }
            bench.growTo(11);
            assertThat(bench.start(DamagedLog.REFUSE).chain().height()).isEqualTo(11);
        }
    }

    @Test
    void cutsATornTailOfTheLog() throws IOException {
        try (StoreBench bench = new StoreBench(directory, 5)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(2);
            bench.speak(1);
            Path log = log();
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - 3);
            }
            assertThat(bench.start(DamagedLog.REFUSE).chain().height()).isEqualTo(2);
        }
    }

    @Test
    void refusesADamagedLogUntilAnOperatorSetsItAside() throws IOException {
        try (StoreBench bench = new StoreBench(directory, 5)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(2);
            bench.speak(3);
            damage(log(), (int) Files.size(log()) / 2);
            assertThatThrownBy(() -> bench.start(DamagedLog.REFUSE)).isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged at byte")
                    .hasMessageContaining("--dchat.validator.damaged-log=set-aside");
            Consensus silent = bench.start(DamagedLog.SET_ASIDE);
            assertThat(silent.chain().height()).isEqualTo(2);
            assertThat(silent.status().mute()).isTrue();
            assertThat(directory.resolve("wal.damaged-1")).isDirectory();
            assertThat(bench.start(DamagedLog.REFUSE).status().mute()).isTrue();
        }
    }

    @Test
    void refusesToSpeakWhereItsGuardIsAheadOfTheLog() throws IOException {
        try (StoreBench bench = new StoreBench(directory, 5)) {
            bench.start(DamagedLog.REFUSE);
            bench.growTo(2);
            bench.speak(2);
            assertThat(bench.start(DamagedLog.REFUSE).status().mute()).isFalse();
            try (FileChannel channel = FileChannel.open(log(), StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            assertThat(bench.start(DamagedLog.REFUSE).status().mute()).isTrue();
        }
    }

    private List<String> states() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("checkpoints"))) {
            return files.map(file -> file.getFileName().toString()).sorted()
                    .map(name -> Long.toString(Long.parseLong(name.substring(0, 19)))).toList();
        }
    }

    private Path state(long height) {
        return directory.resolve("checkpoints").resolve(String.format("%019d.state", height));
    }

    private Path log() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("wal"))) {
            return files.sorted().toList().getLast();
        }
    }

    private static void damage(Path file, int offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) ~one.get(0)).flip();
            channel.write(one, offset);
        }
    }
}
