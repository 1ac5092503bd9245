package network.dchat.validator.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the disk takes what a validator must keep. For many threads.
public final class DiskHealth {
    private static final Logger LOG = LoggerFactory.getLogger(DiskHealth.class);
    private static final long KIB = 1024;

    private final Path directory;
    private volatile Optional<String> fault = Optional.empty();

    DiskHealth(Path directory) {
        this.directory = directory;
    }

    /// A write or force failed: the validator stops, and starts again once there is a remedy.
    public void failed(IOException failure) {
        long free = free().orElse(-1L);
        boolean full = free >= 0 && free < KIB * KIB;
        String reason = (full ? "the disk is full: " : "a write failed: ") + failure.getMessage();
        fault = Optional.of(reason);
        LOG.error(
                "event=disk-failed directory={} free_bytes={} reason=\"{}\" hint=\"the validator"
                        + " stops; what was not durable was not signed; {} and start it again\"",
                directory, free, reason, full ? "make space" : "mend the disk");
    }

    /// Why a write failed; empty while none did.
    public Optional<String> fault() {
        return fault;
    }

    /// Bytes that may still be written; empty when that cannot be told.
    public Optional<Long> free() {
        try {
            FileStore store = Files.getFileStore(directory);
            return Optional.of(store.getUsableSpace());
        } catch (IOException unknown) {
            LOG.debug("event=disk-unknown reason={}", unknown.toString());
            return Optional.empty();
        }
    }
}
