package network.dchat.validator;

import java.util.Optional;
import network.dchat.starter.status.ProgressCheck;
import network.dchat.validator.store.DiskHealth;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.util.unit.DataSize;

/// Tells that the disk is failing or nearly full, and with which code the process then ends.
final class DiskProgress implements ProgressCheck, ExitCodeGenerator {
    private static final int FAILED = 1;

    private final DiskHealth disk;
    private final DataSize minimum;

    DiskProgress(DiskHealth disk, DataSize minimum) {
        this.disk = disk;
        this.minimum = minimum;
    }

    @Override
    public String part() {
        return "disk";
    }

    @Override
    public Optional<String> blockedBy() {
        return disk.fault()
                .or(() -> disk.free().filter(free -> free < minimum.toBytes())
                        .map(free -> DataSize.ofBytes(free).toMegabytes() + " MB free (expected: "
                                + minimum.toMegabytes() + " MB or more)"));
    }

    @Override
    public int getExitCode() {
        return disk.fault().isPresent() ? FAILED : 0;
    }
}
