package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import network.dchat.starter.node.Directories;

/// States of the chain on the disk, a file each, so that a start need not apply all blocks again.
/// Only a help: a missing or broken one costs time, nothing else.
///
/// File: CRC32C (4 bytes) of what follows, then the state. Written beside, forced, renamed, the
/// directory forced: a crash leaves the old files and perhaps one that is never read. Saving is for
/// one thread at a time.
final class Checkpoints {
    /// Kept on the disk; the newest may lack the next header that vouches for it.
    static final int KEPT = 3;

    private static final Pattern NAME = Pattern.compile("\\d{19}\\.state");
    private static final int DIGITS = 19;

    private final Path directory;
    private final int interval;

    /// @param interval blocks from one to the next
    Checkpoints(Path directory, int interval) {
        this.directory = directory;
        this.interval = interval;
    }

    boolean isDue(long height) {
        return height > 0 && height % interval == 0;
    }

    /// The heights of those that are there, newest first.
    List<Long> heights() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .map(name -> Long.parseLong(name.substring(0, DIGITS)))
                    .sorted(Comparator.reverseOrder()).toList();
        }
    }

    /// The state after a height; empty when the file is not whole.
    Optional<ByteString> read(long height) throws IOException {
        byte[] bytes = Files.readAllBytes(file(height));
        if (bytes.length <= Integer.BYTES) {
            return Optional.empty();
        }
        ByteString state = ByteString.copyFrom(bytes, Integer.BYTES, bytes.length - Integer.BYTES);
        return ByteBuffer.wrap(bytes).getInt() == checksum(state)
                ? Optional.of(state)
                : Optional.empty();
    }

    /// Keeps the state after a height, durably, and drops the oldest.
    void save(long height, ByteString state) throws IOException {
        Files.createDirectories(directory);
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES + state.size());
        buffer.putInt(checksum(state));
        state.copyTo(buffer);
        Directories.replace(file(height), buffer.array());
        for (long old : heights().stream().skip(KEPT).toList()) {
            Files.deleteIfExists(file(old));
        }
    }

    private Path file(long height) {
        return directory.resolve(String.format("%019d.state", height));
    }

    private static int checksum(ByteString state) {
        CRC32C checksum = new CRC32C();
        checksum.update(state.asReadOnlyByteBuffer());
        return (int) checksum.getValue();
    }
}
