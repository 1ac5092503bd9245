package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import network.dchat.starter.node.Directories;

/// Finds damage in the files of a write-ahead log that no crash explains: a record that does not
/// match its checksum although a later one does, or a file that is not the last and is not whole.
final class WalDamage {
    /// How the content of each record begins: no protobuf message does.
    static final ByteString MARK = ByteString.copyFromUtf8("WAL1");

    private static final int HEADER_BYTES = 8;

    private WalDamage() {}

    /// What is damaged; empty when a crash explains all.
    static Optional<String> find(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        }
        for (Path file : files) {
            ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
            int valid = validBytes(content);
            boolean torn = file.equals(files.getLast()) && !hasRecordAfter(content, valid);
            if (valid < content.limit() && !torn) {
                return Optional.of(file + " is damaged at byte " + valid + " of " + content.limit()
                        + ", before its end");
            }
        }
        return Optional.empty();
    }

    /// Moves the files to a directory beside, durably, and tells which.
    static Path setAside(Path directory) throws IOException {
        int number = 1;
        Path aside = directory.resolveSibling(directory.getFileName() + ".damaged-" + number);
        while (Files.exists(aside)) {
            number++;
            aside = directory.resolveSibling(directory.getFileName() + ".damaged-" + number);
        }
        Files.move(directory, aside);
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Directories.force(parent);
        }
        return aside;
    }

    private static int validBytes(ByteBuffer content) {
        int at = 0;
        int next = recordEnd(content, at);
        while (next > at) {
            at = next;
            next = recordEnd(content, at);
        }
        return at;
    }

    private static boolean hasRecordAfter(ByteBuffer content, int offset) {
        for (int at = offset + 1; at + HEADER_BYTES + MARK.size() <= content.limit(); at++) {
            boolean marked = true;
            for (int index = 0; marked && index < MARK.size(); index++) {
                marked = content.get(at + HEADER_BYTES + index) == MARK.byteAt(index);
            }
            if (marked && recordEnd(content, at) > at) {
                return true;
            }
        }
        return false;
    }

    /// Where the record at an offset ends; the offset itself when none is there.
    private static int recordEnd(ByteBuffer content, int at) {
        if (content.limit() - at <= HEADER_BYTES) {
            return at;
        }
        int length = content.getInt(at);
        if (length < 1 || length > content.limit() - at - HEADER_BYTES) {
            return at;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(content.slice(at, Integer.BYTES));
        checksum.update(content.slice(at + HEADER_BYTES, length));
        return content.getInt(at + Integer.BYTES) == (int) checksum.getValue()
                ? at + HEADER_BYTES + length
                : at;
    }
}
