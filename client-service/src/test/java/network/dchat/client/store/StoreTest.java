package network.dchat.client.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import network.dchat.client.keys.SealingKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final SealingKey KEY = new SealingKey(
            ByteString.copyFrom(new byte[SealingKey.LENGTH]));

    @TempDir
    private Path directory;

    @Test
    void showsNoPlaintextInAnyOfItsFiles() throws Exception {
        String text = "the-secret-of-the-lighthouse";
        try (Store store = open(KEY)) {
            put(store, "one", text);
            assertThat(store.get(Section.MESSAGE, "one")).contains(ByteString.copyFromUtf8(text));
            try (Stream<Path> files = Files.list(directory)) {
                List<Path> all = files.toList();
                assertThat(all).isNotEmpty();
                for (Path file : all) {
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .doesNotContain(text);
                }
            }
        }
    }

    @Test
    void refusesRowsOfAnotherKeyAndRowsThatWereMoved() throws Exception {
        try (Store store = open(KEY)) {
            put(store, "one", "text");
        }
        SealingKey other = new SealingKey(ByteString.copyFromUtf8("x".repeat(SealingKey.LENGTH)));
        try (Store store = open(other)) {
            assertThatThrownBy(() -> store.get(Section.MESSAGE, "one"))
                    .hasMessageContaining("does not open");
        }
        try (var connection = java.sql.DriverManager
                .getConnection("jdbc:sqlite:" + directory.resolve("user.db"));
                var statement = connection.createStatement()) {
            statement.execute("UPDATE row SET id = 'two'");
        }
        try (Store store = open(KEY)) {
            assertThatThrownBy(() -> store.get(Section.MESSAGE, "two"))
                    .hasMessageContaining("does not open");
        }
    }

    @Test
    void keepsAllOrNothingOfATransaction() throws Exception {
        try (Store store = open(KEY)) {
            assertThatThrownBy(() -> store.transact(rows -> {
                rows.put(Section.MESSAGE, "half", ByteString.copyFromUtf8("half"));
                throw new IOException("crash");
            })).hasMessage("crash");
            assertThat(store.get(Section.MESSAGE, "half")).isEmpty();
        }
    }

    /// A model of what was acknowledged against the file, through restarts after every few steps.
    @Test
    void holdsExactlyWhatWasAcknowledgedAfterEveryRestart() throws Exception {
        for (long seed = 1; seed <= 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Map<String, ByteString> model = new HashMap<>();
            Path file = directory.resolve("model-" + seed + ".db");
            for (int life = 0; life < 6; life++) {
                try (Store store = Store.open(file, KEY)) {
                    Map<String, ByteString> found = new HashMap<>();
                    store.all(Section.SESSION).forEach(row -> found.put(row.id(), row.value()));
                    assertThat(found).as("seed " + seed + " life " + life).isEqualTo(model);
                    for (int step = 0; step < 20; step++) {
                        step(store, random, model);
                    }
                }
            }
        }
    }

    private static void step(Store store, SplittableRandom random, Map<String, ByteString> model) {
        boolean fails = random.nextInt(4) == 0;
        List<String> ids = new ArrayList<>();
        Map<String, ByteString> next = new HashMap<>(model);
        for (int change = 0; change < 3; change++) {
            ids.add("row-" + random.nextInt(10));
        }
        try {
            store.transact(rows -> {
                for (String id : ids) {
                    if (random.nextBoolean()) {
                        ByteString value = ByteString.copyFromUtf8("value-" + random.nextInt());
                        rows.put(Section.SESSION, id, value);
                        next.put(id, value);
                    } else {
                        rows.remove(Section.SESSION, id);
                        next.remove(id);
                    }
                }
                if (fails) {
                    throw new IOException("injected");
                }
                return ids;
            });
            model.clear();
            model.putAll(next);
        } catch (IOException injected) {
            assertThat(fails).isTrue();
        }
    }

    private Store open(SealingKey key) throws IOException {
        return Store.open(directory.resolve("user.db"), key);
    }

    private static void put(Store store, String id, String text) throws IOException {
        store.transact(rows -> {
            rows.put(Section.MESSAGE, id, ByteString.copyFromUtf8(text));
            return id;
        });
    }
}
