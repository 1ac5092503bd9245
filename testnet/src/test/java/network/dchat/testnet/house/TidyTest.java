package network.dchat.testnet.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The sizes and the small rules of the house, over every source file of the project.
class TidyTest {
    private static final int MOST_COLUMNS = 100;
    private static final int MOST_CLASS_LINES = 600;
    private static final int MOST_METHOD_LINES = 70;
    private static final int MOST_CONSTRUCTOR_ARGUMENTS = 7;
    /// Split in two, so that this file does not find itself.
    private static final List<Pattern> BANNED = Stream.of("TO" + "DO", "FIX" + "ME",
            "Thread\\.sl" + "eep", "@Dis" + "abled", "import lom" + "bok", "org\\.mock" + "ito",
            "parallel" + "Stream\\(", "Thread" + "Local<").map(Pattern::compile).toList();

    /// What the formatter keeps on one line: annotations, case labels with many patterns, and
    /// rows of a table in a comment.
    private static final Pattern UNWRAPPED = Pattern.compile("^\\s*(@|case |/// \\|)");

    private final List<Path> sources = sources();

    @Test
    void looksAtTheWholeProject() {
        assertThat(sources).hasSizeGreaterThan(200);
    }

    @Test
    void keepsLinesShort() {
        List<String> broken = new ArrayList<>();
        eachLine((file, number, line) -> {
            boolean exempt = line.startsWith("import ") || line.contains("http")
                    || UNWRAPPED.matcher(line).find();
            if (line.length() > MOST_COLUMNS && !exempt) {
                broken.add(file + ":" + number + " has " + line.length() + " columns");
            }
        });
        assertThat(broken).isEmpty();
    }

    @Test
    void usesNothingThatTheHouseBans() {
        List<String> broken = new ArrayList<>();
        eachLine((file, number, line) -> {
            for (Pattern banned : BANNED) {
                if (banned.matcher(line).find()) {
                    broken.add(file + ":" + number + " uses " + banned);
                }
            }
        });
        assertThat(broken).isEmpty();
    }

    @Test
    void keepsClassesMethodsAndConstructorsSmall() throws IOException {
        List<String> broken = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT,
                StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null,
                    List.of("--release", "25"), null, files.getJavaFileObjectsFromPaths(sources));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Sizes(unit, positions, broken).scan(unit, null);
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void marksEveryPackageAsNullMarked() throws IOException {
        TreeSet<Path> missing = new TreeSet<>();
        for (Path source : sources) {
            Path directory = source.toAbsolutePath().getParent();
            if (directory == null || !directory.toString().contains("/src/main/")) {
                continue;
            }
            Path info = directory.resolve("package-info.java");
            if (!Files.exists(info) || !Files.readString(info).contains("@NullMarked")) {
                missing.add(directory);
            }
        }
        assertThat(missing).isEmpty();
    }

    private void eachLine(LineCheck check) {
        for (Path source : sources) {
            try {
                List<String> lines = Files.readAllLines(source);
                for (int i = 0; i < lines.size(); i++) {
                    check.check(source, i + 1, lines.get(i));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static List<Path> sources() {
        try (Stream<Path> files = Files.walk(root())) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .filter(file -> !file.toString().contains("/.")).sorted().toList();
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

    @FunctionalInterface
    private interface LineCheck {
        void check(Path file, int number, String line);
    }

    /// Walks one file and notes what is too large.
    private static final class Sizes extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> broken;
        /// A record's constructor has an argument a component, each named where it is made.
        private boolean insideRecord;

        Sizes(CompilationUnitTree unit, SourcePositions positions, List<String> broken) {
            this.unit = unit;
            this.positions = positions;
            this.broken = broken;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void context) {
            note(type, "class " + type.getSimpleName(), lines(type), MOST_CLASS_LINES);
            boolean outer = insideRecord;
            insideRecord = type.getKind() == Tree.Kind.RECORD;
            super.visitClass(type, null);
            insideRecord = outer;
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void context) {
            note(method, "method " + method.getName(), lines(method), MOST_METHOD_LINES);
            boolean constructor = method.getName().contentEquals("<init>");
            if (constructor && !insideRecord && method.getBody() != null) {
                note(method, "constructor with arguments:", method.getParameters().size(),
                        MOST_CONSTRUCTOR_ARGUMENTS);
            }
            return super.visitMethod(method, null);
        }

        private void note(Tree tree, String what, long size, int most) {
            if (size > most) {
                long line = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, tree));
                broken.add(unit.getSourceFile().getName() + ":" + line + " " + what + " " + size
                        + " (at most " + most + ")");
            }
        }

        private long lines(Tree tree) {
            long end = positions.getEndPosition(unit, tree);
            return end < 0
                    ? 0
                    : unit.getLineMap().getLineNumber(end) - unit.getLineMap()
                            .getLineNumber(positions.getStartPosition(unit, tree)) + 1;
        }
    }
}
