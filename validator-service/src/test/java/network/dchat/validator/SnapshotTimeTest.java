package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures how long a newcomer takes to the tip with all blocks and with a state; by command:
/// `./mvnw -pl validator-service test -Dtest=SnapshotTimeTest -Ddchat.measure=true`.
class SnapshotTimeTest {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTimeTest.class);
    private static final long BLOCKS = Long.getLong("dchat.measure.blocks", 2_000);
    private static final int STEP = 50;
    private static final int ORDERS = 64;
    private static final int NEWCOMER = 3;
    private static final int NANOS_PER_MILLI = 1_000_000;

    @TempDir
    private Path directory;

    @Test
    @EnabledIfSystemProperty(named = "dchat.measure", matches = "true")
    void aStateIsFasterThanAllBlocks() throws IOException {
        try (ValidatorFleet fleet = new ValidatorFleet(directory, 4,
                Map.of("dchat.validator.checkpoint-interval", BLOCKS / 20))) {
            for (int index = 0; index < NEWCOMER; index++) {
                fleet.start(index);
            }
            for (long height = STEP; height <= BLOCKS; height += STEP) {
                grow(fleet, height);
            }
            long blocks = join(fleet, "blocks");
            fleet.stop(NEWCOMER);
            for (String name : new String[]{"blocks", "checkpoints", "wal"}) {
                delete(fleet.data(NEWCOMER).resolve(name));
            }
            long snapshot = join(fleet, "snapshot");
            assertThat(snapshot).isLessThan(blocks);
        }
    }

    /// Milliseconds from the start of the context to the tip.
    private static long join(ValidatorFleet fleet, String sync) {
        long tip = fleet.height(0);
        long before = System.nanoTime();
        fleet.start(NEWCOMER, Map.of("dchat.validator.sync", sync));
        long started = System.nanoTime();
        ValidatorFleet.await("the tip", () -> fleet.height(NEWCOMER) >= tip);
        LOG.info("event=measured sync={} tip={} start_millis={} to_tip_millis={}", sync, tip,
                (started - before) / NANOS_PER_MILLI,
                (System.nanoTime() - started) / NANOS_PER_MILLI);
        return System.nanoTime() - before;
    }

    private static void grow(ValidatorFleet fleet, long height) throws IOException {
        ChainGrpc.ChainBlockingStub chain = ChainGrpc.newBlockingStub(fleet.node(1).context()
                .getBean(PeerChannels.class).channelTo(fleet.node(0).peerId()).channel());
        ValidatorFleet.await("height " + height, () -> {
            if (fleet.height(0) < height) {
                chain.withDeadlineAfter(20, TimeUnit.SECONDS).submit(SubmitTransactionsRequest
                        .newBuilder().addTransactions(fleet.orders(ORDERS).encoded()).build());
            }
            return fleet.height(0) >= height;
        });
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
