package network.dchat.validator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.PublicKey;
import network.dchat.ledger.ValidatorAddress;
import network.dchat.starter.connections.PeerChannels;
import network.dchat.validator.store.GuardFile;
import network.dchat.wire.v1.ChainGrpc;
import network.dchat.wire.v1.CommitSig;
import network.dchat.wire.v1.SubmitTransactionsRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A validator on a file system of its own that fills up. Making one needs root.
class DiskFullTest {
    private static final int FULL = 3;
    private static final int CHUNK = 4096;

    @TempDir
    private Path directory;

    @Test
    void aValidatorStopsWhenItsDiskIsFullAndCatchesUpOnceThereIsSpace() throws Exception {
        Path data = Files.createDirectories(directory.resolve("v" + FULL));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", data.toString());
        assumeTrue(mounted || "true".equals(System.getenv("CI")), "a small file system needs root");
        assertThat(mounted).as("a small file system can be made").isTrue();
        try (ValidatorFleet fleet = new ValidatorFleet(directory, 4,
                Map.of("dchat.validator.minimum-free-space", "1MB"))) {
            fleet.startAll();
            ValidatorFleet.await("two heights", () -> fleet.height(FULL) >= 2);
            ValidatorFleet.await("ready", () -> fleet.node(FULL).notReady().isEmpty());
            DiskProgress disk = fleet.node(FULL).context().getBean(DiskProgress.class);
            fill(data.resolve("filler"));
            assertThat(disk.blockedBy()).hasValue("0 MB free (expected: 1 MB or more)");
            long before = fleet.height(0);
            grow(fleet, before + 3);
            ValidatorFleet.await("it stops", () -> !fleet.node(FULL).context().isActive());
            assertThat(disk.blockedBy().orElseThrow()).startsWith("the disk is full: ");
            assertThat(disk.getExitCode()).isOne();
            fleet.stop(FULL);
            grow(fleet, fleet.height(0) + 3);
            assertThat(lastSigned(fleet)).isLessThanOrEqualTo(guarded(data));
            Files.delete(data.resolve("filler"));
            fleet.start(FULL);
            ValidatorFleet.await("it catches up", () -> fleet.height(FULL) >= fleet.height(0) - 1);
            long stopped = lastSigned(fleet);
            grow(fleet, fleet.height(0) + 3);
            ValidatorFleet.await("it signs again", () -> lastSigned(fleet) > stopped);
            ValidatorFleet.await("ready", () -> fleet.node(FULL).notReady().isEmpty());
        } finally {
            assertThat(run("umount", "-l", data.toString())).isTrue();
        }
    }

    private static void fill(Path file) throws IOException {
        byte[] zeroes = new byte[CHUNK];
        try (OutputStream output = Files.newOutputStream(file)) {
            while (true) {
                output.write(zeroes);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    /// The last height whose commit holds a signature of the validator.
    private static long lastSigned(ValidatorFleet fleet) {
        ByteString address = ValidatorAddress
                .of(new PublicKey(fleet.genesis().getValidators(FULL).getConsensusKey())).bytes();
        try {
            for (long height = fleet.height(0); height > 0; height--) {
                for (CommitSig each : fleet.view(0).block(height).orElseThrow().getCommit()
                        .getSignaturesList()) {
                    if (each.getValidatorAddress().equals(address)) {
                        return height;
                    }
                }
            }
            return 0;
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// The height of the last signature that the validator's guard has on the disk.
    private static long guarded(Path data) throws IOException {
        try (GuardFile guard = GuardFile.open(data.resolve("consensus.guard"))) {
            return guard.guard().last().getHeight();
        }
    }

    private static void grow(ValidatorFleet fleet, long height) throws IOException {
        ChainGrpc.ChainBlockingStub chain = ChainGrpc.newBlockingStub(fleet.node(1).context()
                .getBean(PeerChannels.class).channelTo(fleet.node(0).peerId()).channel());
        ValidatorFleet.await("height " + height, () -> {
            if (fleet.height(0) < height) {
                chain.withDeadlineAfter(20, TimeUnit.SECONDS).submit(SubmitTransactionsRequest
                        .newBuilder().addTransactions(fleet.orders(1).encoded()).build());
            }
            return fleet.height(0) >= height;
        });
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.waitFor() == 0;
    }
}
