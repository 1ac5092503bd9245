package network.dchat.testnet.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The sizes and the small rules of the house, over every source file of the project.
class TidyTest {
    private static final Path ROOT = root();

    private final List<Source> sources = sources();

    @Test
    void looksAtTheWholeProject() {
        assertThat(sources).hasSizeGreaterThan(900);
        assertThat(sources).filteredOn(Source::isShipped).hasSizeGreaterThan(500);
    }

    @Test
    void keepsLinesShort() {
        assertThat(sources.stream().flatMap(source -> LineRules.tooLong(source).stream()))
                .isEmpty();
    }

    @Test
    void usesNothingThatTheHouseBans() {
        assertThat(sources.stream().flatMap(source -> LineRules.banned(source).stream())).isEmpty();
    }

    @Test
    void keepsTypesAndMethodsSmallNamedAndDocumented() {
        assertThat(ShapeRules.broken(sources)).isEmpty();
    }

    @Test
    void marksEveryPackageAsNullMarked() {
        Set<String> packages = new TreeSet<>();
        Set<String> marked = new TreeSet<>();
        for (Source source : sources) {
            String file = source.getName();
            String directory = file.substring(0, file.lastIndexOf('/'));
            if (source.isShipped()) {
                packages.add(directory);
            }
            if (file.endsWith("/package-info.java")
                    && source.getCharContent(false).contains("@NullMarked")) {
                marked.add(directory);
            }
        }
        packages.removeAll(marked);
        assertThat(packages).isEmpty();
    }

    @Test
    void describesEveryModule() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 3)) {
            assertThat(files.filter(file -> file.endsWith("src"))
                    .filter(source -> !Files.exists(source.resolveSibling("README.md"))))
                    .as("modules without a README.md").isEmpty();
        }
    }

    private static List<Source> sources() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> !ROOT.relativize(file).toString().startsWith(".")).sorted()
                    .map(TidyTest::source).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Source source(Path file) {
        try {
            return new Source(ROOT.relativize(file).toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.exists(at.resolve("mvnw"))) {
            at = at.getParent();
        }
        if (at == null) {
            throw new IllegalStateException("no mvnw above " + Path.of("").toAbsolutePath());
        }
        return at;
    }
}
