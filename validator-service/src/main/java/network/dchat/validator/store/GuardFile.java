package network.dchat.validator.store;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import network.dchat.consensus.SignGuard;
import network.dchat.starter.node.Directories;
import network.dchat.wire.v1.SignGuardRecord;

/// The file of the sign guard: two slots that are written in turn, so that one write and one force
/// replace the record as a whole. A slot torn by a crash is the one whose signature never left; the
/// other one counts. Mode 0600. Owned by one thread.
public final class GuardFile implements Closeable {
    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet
            .of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int SLOT_BYTES = 4_096;
    private static final int SLOTS = 2;
    private static final int MAGIC = 0x64636731;
    private static final int HEADER_BYTES = 4 + 8 + 4 + 4;

    private final Path path;
    private final FileChannel channel;
    private long sequence;
    private SignGuard guard;

    private record Slot(long sequence, SignGuard guard) {}

    private GuardFile(Path path, FileChannel channel, Slot newest) {
        this.path = path;
        this.channel = channel;
        this.sequence = newest.sequence();
        this.guard = newest.guard();
    }

    /// Makes the guard of a new key, which has signed nothing.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when there is one: a guard is never
    /// replaced
    public static void create(Path path, SignGuard fresh) throws IOException {
        Path absolute = path.toAbsolutePath();
        try (FileChannel channel = FileChannel.open(absolute,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            for (int slot = 0; slot < SLOTS; slot++) {
                write(channel, new Slot(slot, fresh));
            }
            channel.force(true);
        }
        Path directory = absolute.getParent();
        if (directory != null) {
            Directories.force(directory);
        }
    }

    /// Opens the guard.
    ///
    /// @throws IOException when it cannot be read, or neither slot holds a record
    public static GuardFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            Slot newest = null;
            for (int slot = 0; slot < SLOTS; slot++) {
                Optional<Slot> found = read(channel, slot);
                if (found.isPresent()
                        && (newest == null || found.get().sequence() > newest.sequence())) {
                    newest = found.get();
                }
            }
            if (newest == null) {
                throw new IOException("sign guard " + path + ": damaged (expected: a record)");
            }
            return new GuardFile(path, channel, newest);
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /// The guard as it is on the disk.
    public SignGuard guard() {
        return guard;
    }

    /// Replaces the guard and returns when that is durable.
    public void save(SignGuard next) throws IOException {
        write(channel, new Slot(sequence + 1, next));
        channel.force(false);
        sequence++;
        guard = next;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private static void write(FileChannel channel, Slot slot) throws IOException {
        byte[] record = slot.guard().last().toByteArray();
        if (record.length > SLOT_BYTES - HEADER_BYTES) {
            throw new IOException("sign guard: record of " + record.length + " bytes (expected: "
                    + (SLOT_BYTES - HEADER_BYTES) + " at most)");
        }
        ByteBuffer buffer = ByteBuffer.allocate(SLOT_BYTES);
        buffer.putInt(MAGIC).putLong(slot.sequence()).putInt(record.length)
                .putInt(checksum(slot.sequence(), record)).put(record);
        buffer.position(0).limit(SLOT_BYTES);
        long offset = slot.sequence() % SLOTS * SLOT_BYTES;
        while (buffer.hasRemaining()) {
            offset += channel.write(buffer, offset);
        }
    }

    private static Optional<Slot> read(FileChannel channel, int slot) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SLOT_BYTES);
        long offset = (long) slot * SLOT_BYTES;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, offset + buffer.position());
            if (read < 0) {
                return Optional.empty();
            }
        }
        buffer.flip();
        int magic = buffer.getInt();
        long sequence = buffer.getLong();
        int length = buffer.getInt();
        int checksum = buffer.getInt();
        if (magic != MAGIC || length < 0 || length > buffer.remaining()) {
            return Optional.empty();
        }
        byte[] record = new byte[length];
        buffer.get(record);
        if (checksum != checksum(sequence, record)) {
            return Optional.empty();
        }
        try {
            return Optional
                    .of(new Slot(sequence, new SignGuard(SignGuardRecord.parseFrom(record))));
        } catch (InvalidProtocolBufferException broken) {
            return Optional.empty();
        }
    }

    private static int checksum(long sequence, byte[] record) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(sequence).flip());
        checksum.update(record);
        return (int) checksum.getValue();
    }
}
