package network.dchat.starter.log;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// One file of an append log.
///
/// Record: length (4 bytes, big endian, 1 and up), CRC32C over length and content (4 bytes),
/// content.
/// Written by one thread at a time; read by any.
final class Segment {
    private static final String SUFFIX = ".log";
    private static final int HEADER = 8;
    private static final int LENGTH_BYTES = 4;

    private final Path file;
    private final int number;
    private final FileChannel channel;
    private final LogSettings settings;
    private volatile int end;

    private Segment(Path file, int number, FileChannel channel, LogSettings settings) {
        this.file = file;
        this.number = number;
        this.channel = channel;
        this.settings = settings;
    }

    static boolean isSegment(Path file) {
        return file.getFileName().toString().matches("\\d{10}\\.log");
    }

    static int number(Path file) {
        String name = file.getFileName().toString();
        return Integer.parseInt(name.substring(0, name.length() - SUFFIX.length()));
    }

    static Segment create(Path directory, int number, LogSettings settings) throws IOException {
        Path file = directory.resolve(String.format("%010d%s", number, SUFFIX));
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel.force(true);
        return new Segment(file, number, channel, settings);
    }

    static Segment open(Path file, LogSettings settings) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        return new Segment(file, number(file), channel, settings);
    }

    /// Finds the end of the valid records; cuts what follows in the last segment, refuses
    /// elsewhere.
    void recover(boolean last) throws IOException {
        long length = channel.size();
        end = Math.toIntExact(length);
        int valid = forEach(0, (position, record) -> {
        });
        if (valid == length) {
            return;
        }
        if (!last) {
            throw new CorruptLogException("append log file " + file + " is damaged at byte " + valid
                    + " of " + length + " and is not the last one");
        }
        channel.truncate(valid);
        channel.force(true);
        end = valid;
    }

    int number() {
        return number;
    }

    int size() {
        return end;
    }

    LogPosition write(ByteString content) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER + content.size());
        buffer.putInt(content.size()).putInt(checksum(content));
        content.copyTo(buffer);
        buffer.flip();
        int start = end;
        int at = start;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
        end = at;
        return new LogPosition(number, start);
    }

    void force() throws IOException {
        channel.force(false);
    }

    ByteString read(int offset) throws IOException {
        ByteString record = readValid(offset);
        if (record.isEmpty()) {
            throw new CorruptLogException(
                    "append log file " + file + " holds no valid record at byte " + offset);
        }
        return record;
    }

    /// Shows all valid records from an offset on and answers where they end.
    int forEach(int offset, RecordVisitor visitor) throws IOException {
        int at = offset;
        while (at < end) {
            ByteString record = readValid(at);
            if (record.isEmpty()) {
                return at;
            }
            visitor.visit(new LogPosition(number, at), record);
            at += HEADER + record.size();
        }
        return at;
    }

    void truncate(int offset) throws IOException {
        channel.truncate(offset);
        channel.force(true);
        end = offset;
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }

    void close() throws IOException {
        channel.close();
    }

    /// The record at an offset; empty when there is none that matches its checksum.
    private ByteString readValid(int offset) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (!readFully(header, offset)) {
            return ByteString.EMPTY;
        }
        int length = header.getInt(0);
        if (length < 1 || length > settings.recordBytes() || length > end - offset - HEADER) {
            return ByteString.EMPTY;
        }
        ByteBuffer content = ByteBuffer.allocate(length);
        if (!readFully(content, offset + HEADER)) {
            return ByteString.EMPTY;
        }
        ByteString record = ByteString.copyFrom(content.flip());
        return header.getInt(LENGTH_BYTES) == checksum(record) ? record : ByteString.EMPTY;
    }

    private boolean readFully(ByteBuffer buffer, int offset) throws IOException {
        int at = offset;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, at);
            if (count < 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private static int checksum(ByteString content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(LENGTH_BYTES).putInt(content.size()).flip());
        for (ByteBuffer part : content.asReadOnlyByteBufferList()) {
            crc.update(part);
        }
        return (int) crc.getValue();
    }
}
