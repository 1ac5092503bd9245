package network.dchat.meshaccess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.dchat.mesh.QueueWrite;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.CorruptLogException;
import network.dchat.starter.log.LogSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueStoreTest {
    private static final ByteString ONE = ByteString.copyFromUtf8("one");
    private static final ByteString TWO = ByteString.copyFromUtf8("two");
    private static final int MEBIBYTE = 1024 * 1024;

    @TempDir
    private Path directory;

    @Test
    void keepsTheLastValueOfEachKeyThroughACrash() throws IOException {
        QueueStore store = new QueueStore(directory);
        store.write(List.of(new QueueWrite.Save("a", ONE), new QueueWrite.Save("b", ONE)));
        store.write(List.of(new QueueWrite.Save("a", TWO), new QueueWrite.Remove("b")));
        store.abandon();

        try (QueueStore again = new QueueStore(directory)) {
            assertThat(again.alive()).isEqualTo(Map.of("a", TWO));
        }
    }

    @Test
    void goesOnAfterAWriteThatFailed() throws IOException {
        QueueStore store = new QueueStore(directory);
        store.write(List.of(new QueueWrite.Save("a", ONE)));
        store.abandon();
        assertThatThrownBy(() -> store.write(List.of(new QueueWrite.Save("b", ONE))))
                .isInstanceOf(IOException.class);
        assertThat(store.alive()).isEqualTo(Map.of("a", ONE));
        store.write(List.of(new QueueWrite.Save("c", TWO)));
        store.close();

        try (QueueStore again = new QueueStore(directory)) {
            assertThat(again.alive()).isEqualTo(Map.of("a", ONE, "c", TWO));
        }
    }

    @Test
    void keepsWhatIsAliveWhileItsLogCannotBeRead() throws IOException {
        QueueStore store = new QueueStore(directory);
        store.write(List.of(new QueueWrite.Save("a", ONE)));
        store.abandon();
        try (AppendLog log = AppendLog.open(directory, LogSettings.standard())) {
            log.append(ByteString.copyFrom(new byte[]{(byte) 0xff}));
        }
        assertThatThrownBy(() -> store.write(List.of(new QueueWrite.Save("b", ONE))))
                .isInstanceOf(CorruptLogException.class);
        assertThat(store.alive()).isEqualTo(Map.of("a", ONE));
        store.abandon();
    }

    @Test
    void writesAgainWhatIsAliveAndDropsTheRest() throws IOException {
        QueueStore store = new QueueStore(directory);
        store.write(List.of(new QueueWrite.Save("kept", ONE)));
        ByteString large = ByteString.copyFrom(new byte[MEBIBYTE]);
        for (int i = 0; i < 100; i++) {
            store.write(List.of(new QueueWrite.Save("large", large)));
            store.write(List.of(new QueueWrite.Remove("large")));
        }
        store.abandon();

        try (Stream<Path> files = Files.list(directory)) {
            long bytes = files.mapToLong(file -> file.toFile().length()).sum();
            assertThat(bytes).isLessThan(44L * MEBIBYTE);
        }
        try (QueueStore again = new QueueStore(directory)) {
            assertThat(again.alive()).isEqualTo(Map.of("kept", ONE));
        }
    }
}
