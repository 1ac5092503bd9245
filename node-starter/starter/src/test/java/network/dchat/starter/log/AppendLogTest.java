package network.dchat.starter.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendLogTest {
    private static final LogSettings SMALL = new LogSettings(64 * 1024, 1024);

    @TempDir
    private Path directory;

    @Test
    void returnsWhatWasAppendedInOrderAfterReopening() throws IOException {
        List<LogPosition> positions;
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            positions = log.append(List.of(record("one"), record("two"), record("three")));
        }
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            assertThat(all(log)).containsExactly(record("one"), record("two"), record("three"));
            assertThat(log.read(positions.get(1))).isEqualTo(record("two"));
        }
    }

    @Test
    void rollsIntoSegmentsAndDropsOldOnes() throws IOException {
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            for (int i = 0; i < 200; i++) {
                log.appendUnforced(ByteString.copyFrom(new byte[1000]));
            }
            log.force();
            assertThat(log.tailSegment()).isEqualTo(3);
            log.dropBefore(2);
            assertThat(all(log)).hasSize(200 - 2 * 66);
            assertThat(log.drop(3)).as("the tail stays").isFalse();
        }
    }

    @Test
    void cutsATornTail() throws IOException {
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            log.append(List.of(record("whole"), record("torn")));
        }
        Path file = directory.resolve("0000000000.log");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            assertThat(all(log)).containsExactly(record("whole"));
            log.append(record("next"));
            assertThat(all(log)).containsExactly(record("whole"), record("next"));
        }
    }

    @Test
    void refusesDamageBeforeTheLastSegment() throws IOException {
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            for (int i = 0; i < 100; i++) {
                log.appendUnforced(ByteString.copyFrom(new byte[1000]));
            }
        }
        flip(directory.resolve("0000000000.log"), 20);
        assertThatThrownBy(() -> AppendLog.open(directory, SMALL))
                .isInstanceOf(CorruptLogException.class).hasMessageContaining("byte 0");
    }

    @Test
    void takesARecordAtTheLimitAndRefusesOneMore() throws IOException {
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            log.append(ByteString.copyFrom(new byte[1024]));
            assertThatThrownBy(() -> log.append(ByteString.copyFrom(new byte[1025])))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> log.append(ByteString.EMPTY))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void servesManyWritersAndLosesNothing() throws Exception {
        try (AppendLog log = AppendLog.open(directory, SMALL);
                ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<LogPosition>> appended = IntStream.range(0, 500)
                    .mapToObj(i -> writers.submit(() -> log.append(record("record " + i))))
                    .toList();
            for (int i = 0; i < appended.size(); i++) {
                assertThat(log.read(appended.get(i).get())).isEqualTo(record("record " + i));
            }
        }
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            assertThat(all(log)).hasSize(500);
        }
    }

    @Test
    void forgetsEverythingBehindATruncation() throws IOException {
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            log.append(record("kept"));
            LogPosition cut = log.append(record("cut"));
            log.truncate(cut);
            log.append(record("new"));
            assertThat(all(log)).containsExactly(record("kept"), record("new"));
        }
        assertThat(directory).isDirectoryNotContaining(file -> file.endsWith("0000000001.log"));
    }

    @Test
    void writesAllOfAListOrNothing() throws IOException {
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            List<ByteString> records = List.of(record("one"), ByteString.copyFrom(new byte[1025]));
            assertThatThrownBy(() -> log.append(records))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(all(log)).isEmpty();
        }
    }

    @Test
    void leavesNoGapWhenATruncationIsCutShort() throws IOException {
        try (AppendLog log = AppendLog.open(directory, SMALL)) {
            for (int i = 0; i < 200; i++) {
                log.append(ByteString.copyFrom(new byte[1000]));
            }
            Path second = directory.resolve("0000000001.log");
            Files.delete(second);
            Files.createDirectories(second.resolve("cannot be deleted"));
            assertThatThrownBy(() -> log.truncate(new LogPosition(0, 0)))
                    .isInstanceOf(IOException.class);
        }
        assertThat(directory.resolve("0000000003.log")).doesNotExist();
        assertThat(directory.resolve("0000000002.log")).doesNotExist();
        assertThat(directory.resolve("0000000000.log")).isNotEmptyFile();
    }

    @Test
    void refusesSettingsThatAFileCannotHold() {
        int gibibyte = 1024 * 1024 * 1024;
        assertThat(new LogSettings(gibibyte, gibibyte - 128).recordBytes()).isPositive();
        assertThatThrownBy(() -> new LogSettings(gibibyte, gibibyte))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 GiB");
    }

    private static ByteString record(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static List<ByteString> all(AppendLog log) throws IOException {
        List<ByteString> records = new ArrayList<>();
        log.forEach((_, record) -> records.add(record));
        return records;
    }

    private static void flip(Path file, int offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(ByteBuffer.wrap(new byte[]{(byte) (one.get(0) ^ 1)}), offset);
        }
    }
}
