package network.dchat.session.noise;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One published handshake: named fields and the messages in both forms.
record NoiseVector(String protocol, Map<String, List<ByteString>> fields, List<ByteString> payloads,
        List<ByteString> ciphertexts) {
    private static final Pattern STRING = Pattern
            .compile("\"([a-z_]+)\"\\s*:\\s*(\\[[^\\]{]*\\]|\"[^\"]*\")");
    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");

    /// The file of vectors in a folder `shared/vectors` beside one of the folders above.
    static Optional<Path> file() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path file = folder.resolve("shared/vectors/noise/cacophony.txt");
            if (Files.isReadable(file)) {
                return Optional.of(file);
            }
            folder = folder.getParent();
        }
        return Optional.empty();
    }

    static List<NoiseVector> read(Path file) {
        try {
            List<NoiseVector> vectors = new ArrayList<>();
            String text = Files.readString(file);
            for (String part : text.split("(?=\"protocol_name\")", -1)) {
                if (part.startsWith("\"protocol_name\"")) {
                    vectors.add(parse(part));
                }
            }
            return vectors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<ByteString> field(String name) {
        return fields(name).stream().findFirst();
    }

    List<ByteString> fields(String name) {
        return fields.getOrDefault(name, List.of());
    }

    private static NoiseVector parse(String part) {
        String protocol = "";
        Map<String, List<ByteString>> fields = new HashMap<>();
        List<ByteString> payloads = new ArrayList<>();
        List<ByteString> ciphertexts = new ArrayList<>();
        Matcher matcher = STRING.matcher(part);
        while (matcher.find()) {
            List<String> values = TEXT.matcher(matcher.group(2)).results()
                    .map(result -> result.group(1)).toList();
            switch (matcher.group(1)) {
                case "protocol_name" -> protocol = values.getFirst();
                case "payload" -> payloads.add(hex(values.getFirst()));
                case "ciphertext" -> ciphertexts.add(hex(values.getFirst()));
                default ->
                    fields.put(matcher.group(1), values.stream().map(NoiseVector::hex).toList());
            }
        }
        return new NoiseVector(protocol, fields, payloads, ciphertexts);
    }

    private static ByteString hex(String text) {
        return ByteString.copyFrom(HexFormat.of().parseHex(text));
    }
}
