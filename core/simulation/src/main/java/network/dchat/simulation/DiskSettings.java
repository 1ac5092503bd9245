package network.dchat.simulation;

import java.time.Duration;

/// How the disks behave.
///
/// @param forceMinimum shortest time of a force
/// @param forceMaximum longest time of a force
/// @param readLatency time of a read
/// @param rebuildDelay how long a node is away after a failed persist
/// @param capacityBytes what fits on a disk
/// @param tearing what a crash leaves of unforced writes
public record DiskSettings(Duration forceMinimum, Duration forceMaximum, Duration readLatency,
        Duration rebuildDelay, long capacityBytes, Tearing tearing) {
    public DiskSettings {
        Checks.notNegative("forceMinimum", forceMinimum);
        Checks.notNegative("readLatency", readLatency);
        Checks.notNegative("rebuildDelay", rebuildDelay);
        Checks.range("capacityBytes", capacityBytes, 0, Long.MAX_VALUE);
        if (forceMaximum.compareTo(forceMinimum) < 0) {
            throw new IllegalArgumentException(
                    "forceMaximum: " + forceMaximum + " (expected: at least " + forceMinimum + ")");
        }
    }

    /// A fast disk of 1 GiB behind a log with checksums: forces of 0.2 to 2 ms.
    public static DiskSettings defaults() {
        return new DiskSettings(Duration.ofNanos(200_000), Duration.ofMillis(2),
                Duration.ofNanos(100_000), Duration.ofMillis(10), 1L << 30, Tearing.RECORDS);
    }

    public DiskSettings withForce(Duration minimum, Duration maximum) {
        return new DiskSettings(minimum, maximum, readLatency, rebuildDelay, capacityBytes,
                tearing);
    }

    public DiskSettings withCapacity(long bytes) {
        return new DiskSettings(forceMinimum, forceMaximum, readLatency, rebuildDelay, bytes,
                tearing);
    }

    public DiskSettings withTearing(Tearing kind) {
        return new DiskSettings(forceMinimum, forceMaximum, readLatency, rebuildDelay,
                capacityBytes, kind);
    }
}
