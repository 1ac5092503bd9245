package network.dchat.testnet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathCopyTest {
    @TempDir
    private Path directory;

    @Test
    void copiesWhatABuildMayReplaceAndNothingElse() throws Exception {
        Path library = Files.writeString(directory.resolve("library.jar"), "library");
        Path jar = write("core/wire/target/wire.jar", "wire");
        Path deep = write("testnet/target/classes/a/B.class", "b");
        Path classes = directory.resolve("testnet/target/classes");
        String classPath = String.join(File.pathSeparator, library.toString(), jar.toString(),
                classes.toString());

        String[] first = entries(classPath);
        Files.writeString(deep, "changed");
        assertThat(first[0]).isEqualTo(library.toString());
        assertThat(first[1]).startsWith(directory.resolve("copy").toString());
        assertThat(Path.of(first[1])).hasContent("wire");
        assertThat(Path.of(first[2], "a", "B.class")).hasContent("b");

        assertThat(Path.of(entries(classPath)[2], "a", "B.class")).hasContent("changed");
    }

    private String[] entries(String classPath) throws Exception {
        return ClassPathCopy.into(directory.resolve("copy"), classPath).split(File.pathSeparator,
                -1);
    }

    private Path write(String name, String content) throws Exception {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
