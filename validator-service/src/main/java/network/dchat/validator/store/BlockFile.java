package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.LogPosition;
import network.dchat.starter.log.LogSettings;
import network.dchat.wire.v1.CommittedBlock;

/// The file of committed blocks, from its first height on without a gap: 1, or a later one where
/// blocks were pruned or the chain was entered by a snapshot. May be read by many threads while one
/// appends and one prunes.
public final class BlockFile implements Closeable {
    /// Largest committed block.
    private static final int RECORD_BYTES = 20 * 1024 * 1024;

    private final AppendLog log;
    private final List<LogPosition> positions = new ArrayList<>();
    private long first = 1;

    private BlockFile(AppendLog log) {
        this.log = log;
    }

    /// Opens the file and finds where each block lies.
    ///
    /// @param segmentBytes a file of this size is followed by the next
    /// @throws IOException when it cannot be read
    public static BlockFile open(Path directory, int segmentBytes) throws IOException {
        BlockFile file = new BlockFile(
                AppendLog.open(directory, new LogSettings(segmentBytes, RECORD_BYTES)));
        try {
            file.log.forEach((position, record) -> {
                if (file.positions.isEmpty()) {
                    file.first = height(parse(record));
                }
                file.positions.add(position);
            });
            return file;
        } catch (IOException | RuntimeException failure) {
            file.log.abandon();
            throw failure;
        }
    }

    /// Shows every block from a height on, in order of heights.
    ///
    /// @throws IOException when it cannot be read or a height is missing
    public void forEach(long from, Consumer<CommittedBlock> visitor) throws IOException {
        for (long height = from; height <= height(); height++) {
            long wanted = height;
            visitor.accept(read(height).orElseThrow(() -> new IOException("block file: height "
                    + wanted + " is missing (expected: " + firstHeight() + " to " + height())));
        }
    }

    /// Appends the next block, or any to an empty file, and returns when it is durable.
    public void append(CommittedBlock block) throws IOException {
        append(List.of(block));
    }

    /// Appends the next blocks, or any to an empty file, and returns when all are durable.
    public void append(List<CommittedBlock> blocks) throws IOException {
        long next = positions.isEmpty() ? height(blocks.getFirst()) : height() + 1;
        long begins = next;
        List<ByteString> records = new ArrayList<>();
        for (CommittedBlock block : blocks) {
            requireHeight(block, next++);
            records.add(block.toByteString());
        }
        List<LogPosition> appended = log.append(records);
        synchronized (positions) {
            first = positions.isEmpty() ? begins : first;
            positions.addAll(appended);
        }
    }

    /// The height of the last block; 0 before the first.
    public long height() {
        synchronized (positions) {
            return positions.isEmpty() ? 0 : first + positions.size() - 1;
        }
    }

    /// The lowest height whose block is there; 1 before the first.
    public long firstHeight() {
        synchronized (positions) {
            return first;
        }
    }

    /// The first height that would be left when only blocks from `keepFrom` on must stay: whole
    /// segments go.
    public long firstAfterPruning(long keepFrom) {
        synchronized (positions) {
            int kept = indexOf(keepFrom);
            while (kept > 0 && positions.get(kept - 1).segment() == positions.get(kept).segment()) {
                kept--;
            }
            return first + kept;
        }
    }

    /// Drops the segments that hold only blocks below a height, durably. A crash leaves the blocks
    /// from some height on.
    public void prune(long keepFrom) throws IOException {
        int segment;
        synchronized (positions) {
            int kept = indexOf(firstAfterPruning(keepFrom));
            if (kept == 0) {
                return;
            }
            segment = positions.get(kept).segment();
            positions.subList(0, kept).clear();
            first += kept;
        }
        log.dropBefore(segment);
    }

    /// The block of a height; empty when there is none, or none any more.
    ///
    /// @throws IOException when it cannot be read
    public Optional<CommittedBlock> read(long height) throws IOException {
        LogPosition position;
        synchronized (positions) {
            if (height < first || height >= first + positions.size()) {
                return Optional.empty();
            }
            position = positions.get(Math.toIntExact(height - first));
        }
        try {
            CommittedBlock block = parse(log.read(position));
            requireHeight(block, height);
            return Optional.of(block);
        } catch (ClosedChannelException | IllegalArgumentException gone) {
            if (height < firstHeight()) {
                return Optional.empty();
            }
            throw new IOException("block file: height " + height + " cannot be read", gone);
        }
    }

    /// Bytes on the disk.
    public long size() {
        return log.size();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    /// Closes without forcing, as a crash would.
    public void abandon() throws IOException {
        log.abandon();
    }

    /// Where a height lies in the list, or the nearest one.
    private int indexOf(long height) {
        return Math.clamp(height - first, 0, Math.max(0, positions.size() - 1));
    }

    private static void requireHeight(CommittedBlock block, long expected) throws IOException {
        if (height(block) != expected) {
            throw new IOException(
                    "block file: height " + height(block) + " (expected: " + expected + ")");
        }
    }

    private static long height(CommittedBlock block) {
        return block.getBlock().getHeader().getHeight();
    }

    private static CommittedBlock parse(ByteString record) throws IOException {
        try {
            return CommittedBlock.parseFrom(record);
        } catch (InvalidProtocolBufferException broken) {
            throw new IOException("block file: a record is no block", broken);
        }
    }
}
