package network.dchat.consensus;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A core with one class compiled anew in memory, together with its tests, in a class loader of
/// its own: nothing of it touches the classes under test elsewhere.
final class MutantCore extends ClassLoader {
    private static final String PACKAGE = MutantCore.class.getPackageName();
    private static final Path SOURCES = Path.of("src/main/java", PACKAGE.split("\\."));

    private final Map<String, byte[]> changed;

    private MutantCore(Map<String, byte[]> changed) {
        super(MutantCore.class.getClassLoader());
        this.changed = changed;
    }

    /// The trials of a mutant; of the core as it is where there is none.
    static Function<String, String> trials(Optional<Mutant> mutant) {
        MutantCore core = new MutantCore(mutant.map(MutantCore::compile).orElse(Map.of()));
        try {
            Object runner = core.loadClass(Trial.Runner.class.getName()).getConstructor()
                    .newInstance();
            @SuppressWarnings("unchecked") // what Runner implements
            Function<String, String> trials = (Function<String, String>) runner;
            return trials;
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("mutant: cannot be loaded", broken);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            return name.startsWith(PACKAGE + ".") ? define(name) : super.loadClass(name, resolve);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = changed.get(name);
        if (bytes == null) {
            String resource = name.replace('.', '/') + ".class";
            try (InputStream stream = getParent().getResourceAsStream(resource)) {
                if (stream == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = stream.readAllBytes();
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static Map<String, byte[]> compile(Mutant mutant) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> faults = new DiagnosticCollector<>();
        try (Memory memory = new Memory(compiler.getStandardFileManager(faults, null, null))) {
            String original = Files.readString(SOURCES.resolve(mutant.source() + ".java"));
            Source source = new Source(mutant.source(), mutant.apply(original));
            List<String> options = List.of("-nowarn", "-proc:none", "-classpath", classPath());
            boolean done = compiler.getTask(null, memory, faults, options, null, List.of(source))
                    .call();
            if (!done) {
                throw new AssertionError(mutant + ": " + faults.getDiagnostics());
            }
            return memory.bytes();
        } catch (IOException unreadable) {
            throw new IllegalStateException(mutant + ": source cannot be read", unreadable);
        }
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path",
                System.getProperty("java.class.path"));
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("mutant:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /// Keeps what is compiled in memory.
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        Memory(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String name,
                JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mutant:///" + name + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return classes.computeIfAbsent(name, _ -> new ByteArrayOutputStream());
                }
            };
        }

        Map<String, byte[]> bytes() {
            Map<String, byte[]> bytes = new HashMap<>();
            classes.forEach((name, stream) -> bytes.put(name, stream.toByteArray()));
            return bytes;
        }
    }
}
