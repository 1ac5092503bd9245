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

    /// Opens the file and shows every block in it, in order of heights.
    ///
    /// @throws IOException when it cannot be read or a height is missing
    public static BlockFile open(Path directory, Consumer<CommittedBlock> visitor)
            throws IOException {
        BlockFile file = new BlockFile(
                AppendLog.open(directory, new LogSettings(SEGMENT_BYTES, RECORD_BYTES)));
        try {
            file.log.forEach((position, record) -> {
                CommittedBlock block = parse(record);
                file.requireNext(block);
                file.positions.add(position);
                visitor.accept(block);
            });
            return file;
        } catch (IOException | RuntimeException failure) {
            file.log.abandon();
            throw failure;
        }
    }

    /// Appends the next block and returns when it is durable.
    public void append(CommittedBlock block) throws IOException {
        requireNext(block);
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
        return Optional.of(parse(log.read(position)));
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    /// Closes without forcing, as a crash would.
    public void abandon() throws IOException {
        log.abandon();
    }

    private void requireNext(CommittedBlock block) throws IOException {
        long height = block.getBlock().getHeader().getHeight();
        if (height != height() + 1) {
            throw new IOException(
                    "block file: height " + height + " (expected: " + (height() + 1) + ")");
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
