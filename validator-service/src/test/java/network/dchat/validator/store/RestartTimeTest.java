package network.dchat.validator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures a start with and without states on the disk; by command:
/// `./mvnw -pl validator-service test -Dtest=RestartTimeTest -Ddchat.measure=true`.
class RestartTimeTest {
    private static final Logger LOG = LoggerFactory.getLogger(RestartTimeTest.class);
    private static final int BLOCKS = 10_000;
    private static final int ORDERS = 64;
    private static final int NEVER = 1_000_000;
    private static final int NANOS_PER_MILLI = 1_000_000;

    @TempDir
    private Path directory;

    @Test
    @EnabledIfSystemProperty(named = "dchat.measure", matches = "true")
    void startsInSeconds() throws IOException {
        try (StoreBench bench = new StoreBench(directory, NEVER)) {
            bench.start(DamagedLog.REFUSE);
            for (int height = 1; height <= BLOCKS; height++) {
                bench.order(ORDERS);
                bench.growTo(height);
            }
            LOG.info("event=measured what=all-blocks blocks={} millis={}", BLOCKS,
                    restartMillis(bench));
        }
        try (StoreBench bench = new StoreBench(directory, BLOCKS / 10 + 1)) {
            bench.start(DamagedLog.REFUSE);
            LOG.info("event=measured what=from-state blocks={} millis={}", BLOCKS,
                    restartMillis(bench));
            assertThat(bench.core().chain().height()).isEqualTo(BLOCKS);
        }
    }

    private static long restartMillis(StoreBench bench) throws IOException {
        long before = System.nanoTime();
        bench.start(DamagedLog.REFUSE);
        return (System.nanoTime() - before) / NANOS_PER_MILLI;
    }
}
