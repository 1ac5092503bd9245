package network.dchat.starter.log;

/// Where a record begins.
///
/// @param segment number of the segment, 0 and up
/// @param offset  bytes from the start of the segment
public record LogPosition(int segment, int offset) implements Comparable<LogPosition> {
    public LogPosition {
        if (segment < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "position: " + segment + "/" + offset + " (expected: none negative)");
        }
    }

    @Override
    public int compareTo(LogPosition other) {
        int bySegment = Integer.compare(segment, other.segment);
        return bySegment != 0 ? bySegment : Integer.compare(offset, other.offset);
    }
}
