package network.dchat.starter.node;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import network.dchat.wire.v1.Genesis;

/// The genesis as one JSON file: protobuf's JSON mapping of `dchat.v1.Genesis`.
public final class GenesisFile {
    /// A genesis larger than this is refused.
    public static final long MAX_BYTES = 16L * 1024 * 1024;

    private GenesisFile() {}

    /// Reads a genesis file.
    ///
    /// @throws IllegalArgumentException when it is no genesis
    /// @throws UncheckedIOException     when it cannot be read
    public static Genesis load(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException("genesis file " + file + ": " + Files.size(file)
                        + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            return parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "genesis file " + file + " is no genesis: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("genesis file " + file + " cannot be read", e);
        }
    }

    /// Writes a genesis file as one step.
    public static void save(Path file, Genesis genesis) {
        try {
            String json = JsonFormat.printer().print(genesis) + "\n";
            Directories.replace(file, json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("genesis file " + file + " cannot be written", e);
        }
    }

    private static Genesis parse(String json) throws InvalidProtocolBufferException {
        Genesis.Builder builder = Genesis.newBuilder();
        JsonFormat.parser().merge(json, builder);
        return builder.build();
    }
}
