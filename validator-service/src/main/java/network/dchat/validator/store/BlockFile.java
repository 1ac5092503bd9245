package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import network.dchat.starter.log.AppendLog;
import network.dchat.starter.log.LogPosition;
import network.dchat.starter.log.LogSettings;
import network.dchat.wire.v1.CommittedBlock;

/// The file of committed blocks, from height 1 on without a gap. May be read by many threads
/// while one
/// appends.
public final class BlockFile implements Closeable {
    private static final int SEGMENT_BYTES = 64 * 1024 * 1024;
    private static final int RECORD_BYTES = 20 * 1024 * 1024;

    private final AppendLog log;
    private final List<LogPosition> positions = new ArrayList<>();

    private BlockFile(AppendLog log) {
        this.log = log;
    }

    /// Opens the file and finds where each block lies.
    ///
    /// @throws IOException when it cannot be read
    public static BlockFile open(Path directory) throws IOException {
        BlockFile file = new BlockFile(
                AppendLog.open(directory, new LogSettings(SEGMENT_BYTES, RECORD_BYTES)));
        try {
            file.log.forEach((position, _) -> file.positions.add(position));
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
            visitor.accept(read(height).orElseThrow());
        }
    }

    /// Appends the next block and returns when it is durable.
    public void append(CommittedBlock block) throws IOException {
        requireHeight(block, height() + 1);
        LogPosition position = log.append(block.toByteString());
        synchronized (positions) {
            positions.add(position);
        }
    }

    /// The height of the last block; 0 before the first.
    public long height() {
        synchronized (positions) {
            return positions.size();
        }
    }

    /// The block of a height; empty when there is none.
    ///
    /// @throws IOException when it cannot be read
    public Optional<CommittedBlock> read(long height) throws IOException {
        LogPosition position;
        synchronized (positions) {
            if (height < 1 || height > positions.size()) {
                return Optional.empty();
            }
            position = positions.get(Math.toIntExact(height - 1));
        }
        CommittedBlock block = parse(log.read(position));
        requireHeight(block, height);
        return Optional.of(block);
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    /// Closes without forcing, as a crash would.
    public void abandon() throws IOException {
        log.abandon();
    }

    private static void requireHeight(CommittedBlock block, long expected) throws IOException {
        long height = block.getBlock().getHeader().getHeight();
        if (height != expected) {
            throw new IOException("block file: height " + height + " (expected: " + expected + ")");
        }
    }

    private static CommittedBlock parse(ByteString record) throws IOException {
        try {
            return CommittedBlock.parseFrom(record);
        } catch (InvalidProtocolBufferException broken) {
            throw new IOException("block file: a record is no block", broken);
        }
    }
}
