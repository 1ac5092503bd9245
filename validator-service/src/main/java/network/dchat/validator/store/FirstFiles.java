package network.dchat.validator.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import network.dchat.starter.node.Directories;
import network.dchat.wire.v1.CommittedBlock;

/// Lets the files of a node without blocks begin with a state and the two blocks around it.
///
/// The state is written first. The block file is written beside its place and renamed when it is
/// whole and durable: before, the node has no blocks, and starts over; after, it has all it needs.
final class FirstFiles {
    private final Path directory;
    private final Path blocks;
    private final Path beside;

    /// @param directory of all files of the node
    FirstFiles(Path directory) {
        this.directory = directory;
        this.blocks = directory.resolve("blocks");
        this.beside = directory.resolve("blocks.new");
    }

    /// True when the node has no block, not even a part of one.
    boolean isEmpty() throws IOException {
        if (!Files.isDirectory(blocks)) {
            return true;
        }
        try (Stream<Path> files = Files.list(blocks)) {
            for (Path file : files.toList()) {
                if (Files.size(file) > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Writes all, durably.
    ///
    /// @param first the block after which the state is, and the next one
    /// @throws IOException when it cannot be written, or the node has blocks
    void write(Checkpoints checkpoints, long height, ByteString state, List<CommittedBlock> first,
            int segmentBytes) throws IOException {
        if (!isEmpty()) {
            throw new IOException("blocks: some are there (expected: none before a state)");
        }
        remove(beside);
        checkpoints.save(height, state);
        Directories.force(directory);
        try (BlockFile file = BlockFile.open(beside, segmentBytes)) {
            file.append(first);
        }
        Directories.force(beside);
        remove(blocks);
        Files.move(beside, blocks, StandardCopyOption.ATOMIC_MOVE);
        Directories.force(directory);
    }

    private static void remove(Path flat) throws IOException {
        if (Files.isDirectory(flat)) {
            try (Stream<Path> files = Files.list(flat)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(flat);
        }
    }
}
