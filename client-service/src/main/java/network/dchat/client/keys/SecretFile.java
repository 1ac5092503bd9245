package network.dchat.client.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import network.dchat.starter.node.Directories;

/// A file with 32 random bytes in hex that only its owner may read.
public final class SecretFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet
            .of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final int LENGTH = 32;

    private SecretFile() {}

    /// The secret of this file, as 64 hex digits; a new one is made where there is no file.
    ///
    /// @throws IllegalStateException when others may read the file or it holds something else
    public static String loadOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                byte[] secret = new byte[LENGTH];
                new SecureRandom().nextBytes(secret);
                create(file, (HexFormat.of().formatHex(secret) + "\n")
                        .getBytes(StandardCharsets.US_ASCII));
            }
            requireOwnerOnly(file);
            String secret = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (secret.length() != 2 * LENGTH || !secret.chars().allMatch(HexFormat::isHexDigit)) {
                throw new IllegalStateException("secret file " + file + ": " + secret.length()
                        + " characters (expected: 64 hex digits)");
            }
            return secret;
        } catch (IOException e) {
            throw new UncheckedIOException("secret file " + file + " cannot be read or made", e);
        }
    }

    /// Makes a file that only its owner may read, forced to disk.
    static void create(Path file, byte[] content) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Path beside = absolute.resolveSibling(absolute.getFileName() + ".new");
        Files.deleteIfExists(beside);
        try (FileChannel channel = FileChannel.open(beside,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(beside, absolute, java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        if (directory != null) {
            Directories.force(directory);
        }
    }

    /// Refuses a file that others may read.
    static void requireOwnerOnly(Path file) throws IOException {
        Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(found)) {
            throw new IllegalStateException(
                    "file " + file + ": permissions " + PosixFilePermissions.toString(found)
                            + " (expected: rw------- ; run chmod" + " 600)");
        }
    }
}
