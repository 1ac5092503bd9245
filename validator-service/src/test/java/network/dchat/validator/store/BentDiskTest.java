package network.dchat.validator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import network.dchat.consensus.Chain;
import network.dchat.identity.Hash;
import network.dchat.simulation.Generator;
import network.dchat.simulation.Mutator;
import network.dchat.simulation.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a validator keeps on the disk, bent at any place: the start is refused, or leads to a state
/// that the chain did have, no later than its tip. Longer by `-Dfuzz.rounds=10000`; a failure names
/// its seed.
class BentDiskTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 60);
    private static final int EACH = 4;
    private static final int HEIGHT = 23;

    private final Map<Long, Hash> roots = new HashMap<>();
    @TempDir
    private Path directory;

    @Test
    void aBentFileIsRefusedOrLeadsToAStateThatWas() throws IOException {
        try (StoreBench bench = new StoreBench(directory, 5)) {
            roots.put(0L, bench.start(DamagedLog.REFUSE).chain().state().root());
            for (long height = 1; height <= HEIGHT; height++) {
                bench.order(1);
                bench.growTo(height);
                roots.put(height, bench.core().chain().state().root());
            }
            bench.speak(1);
            bench.store().abandon();
            Map<Path, byte[]> whole = read();
            int refused = 0;
            for (int round = 1; round <= ROUNDS; round++) {
                long seed = 95_000L + round;
                try {
                    refused += bend(bench, whole, Seed.of(seed).generator());
                } catch (RuntimeException | AssertionError broken) {
                    throw new AssertionError("fuzz seed " + seed, broken);
                }
            }
            assertThat(refused).isBetween(1, ROUNDS * EACH - 1);
            restore(whole);
            assertThat(bench.start(DamagedLog.REFUSE).chain().height()).isEqualTo(HEIGHT);
        }
    }

    /// How many starts were refused.
    private int bend(StoreBench bench, Map<Path, byte[]> whole, Generator random)
            throws IOException {
        Mutator mutator = new Mutator(random);
        List<Path> files = whole.keySet().stream().sorted().toList();
        int refused = 0;
        for (int count = 0; count < EACH; count++) {
            restore(whole);
            Path file = random.pick(files);
            byte[] good = whole.getOrDefault(file, new byte[0]);
            Files.write(file, mutator.mutate(good, List.copyOf(whole.values())));
            try {
                Chain chain = bench.start(DamagedLog.REFUSE).chain();
                assertThat(chain.height()).as(file.toString()).isLessThanOrEqualTo(HEIGHT);
                assertThat(chain.state().root()).as(file.toString())
                        .isEqualTo(roots.get(chain.height()));
            } catch (IOException | IllegalArgumentException | IllegalStateException _) {
                refused++;
            }
            bench.store().abandon();
        }
        return refused;
    }

    private Map<Path, byte[]> read() throws IOException {
        Map<Path, byte[]> files = new HashMap<>();
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(file, Files.readAllBytes(file));
            }
        }
        files.keySet().removeIf(file -> file.getFileName().toString().endsWith(".key"));
        return files;
    }

    /// Everything as it was; what was made since is gone.
    private void restore(Map<Path, byte[]> whole) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                if (!whole.containsKey(file) && !file.getFileName().toString().endsWith(".key")) {
                    Files.delete(file);
                }
            }
        }
        for (Map.Entry<Path, byte[]> each : whole.entrySet()) {
            Files.write(each.getKey(), each.getValue());
        }
    }
}
