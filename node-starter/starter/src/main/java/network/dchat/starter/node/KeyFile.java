package network.dchat.starter.node;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import network.dchat.identity.SigningKey;

/// A file that holds the seed of one Ed25519 key as 64 hex digits, readable by its owner only.
public final class KeyFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet
            .of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int SEED_DIGITS = 64;

    private KeyFile() {}

    /// The key of this file; a new random one is made, forced to disk, when there is no file.
    ///
    /// @throws IllegalStateException when others may read the file or it holds no key
    /// @throws UncheckedIOException  when the file cannot be read or written
    public static SigningKey loadOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            return load(file);
        } catch (IOException e) {
            throw new UncheckedIOException("key file " + file + " cannot be read or made", e);
        }
    }

    private static SigningKey load(Path file) throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IllegalStateException("key file " + file + ": permissions "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    + " (expected: rw------- ; run chmod 600)");
        }
        String digits = Files.readString(file, StandardCharsets.US_ASCII).strip();
        if (digits.length() != SEED_DIGITS) {
            throw new IllegalStateException("key file " + file + ": " + digits.length()
                    + " characters (expected: 64 hex digits)");
        }
        return SigningKey.fromSeed(ByteString.copyFrom(HexFormat.of().parseHex(digits)));
    }

    private static void create(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        byte[] seed = new byte[SigningKey.SEED_LENGTH];
        new SecureRandom().nextBytes(seed);
        byte[] text = (HexFormat.of().formatHex(seed) + "\n").getBytes(StandardCharsets.US_ASCII);
        try (FileChannel channel = FileChannel.open(file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            channel.write(ByteBuffer.wrap(text));
            channel.force(true);
        } catch (FileAlreadyExistsException _) {
            return;
        }
        if (directory != null) {
            Directories.force(directory);
        }
    }
}
