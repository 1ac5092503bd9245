package network.dchat.starter.log;

/// Bounds of an append log.
///
/// @param segmentBytes a segment that reached this size is closed, 64 KiB to 1 GiB
/// @param recordBytes  largest record, 1 byte to 1 GiB, less than 2 GiB together with a segment
public record LogSettings(int segmentBytes, int recordBytes) {
    private static final int LEAST_SEGMENT = 64 * 1024;
    private static final int RECORD_OVERHEAD = 64;
    private static final int MOST_SEGMENT = 1024 * 1024 * 1024;

    public LogSettings {
        if (segmentBytes < LEAST_SEGMENT || segmentBytes > MOST_SEGMENT) {
            throw new IllegalArgumentException(
                    "segmentBytes: " + segmentBytes + " (expected: 64 KiB to 1 GiB)");
        }
        if (recordBytes < 1 || recordBytes > MOST_SEGMENT) {
            throw new IllegalArgumentException(
                    "recordBytes: " + recordBytes + " (expected: 1 byte to 1 GiB)");
        }
        if ((long) segmentBytes + recordBytes > Integer.MAX_VALUE - RECORD_OVERHEAD) {
            throw new IllegalArgumentException("segmentBytes + recordBytes: "
                    + ((long) segmentBytes + recordBytes) + " (expected: less than 2 GiB)");
        }
    }

    /// Segments of 64 MiB, records of at most 16 MiB.
    public static LogSettings standard() {
        return new LogSettings(64 * 1024 * 1024, 16 * 1024 * 1024);
    }
}
